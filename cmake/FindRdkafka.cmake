# Finds librdkafka 2.8 or newer and defines the target Rdkafka::rdkafka.
#
# Looked at in this order, and the first one that is new enough is taken:
#   1. STREAMS_RDKAFKA_ROOT, the prefix of an installation (when it is set, nothing else is looked at),
#   2. pkg-config (rdkafka.pc),
#   3. what `./dev deps` built: ${STREAMS_DEPS}, else ${XDG_CACHE_HOME}/streams, else ~/.cache/streams.
# Results: Rdkafka_FOUND, Rdkafka_VERSION, Rdkafka_INCLUDE_DIR, Rdkafka_LIBRARY.
#
# Older ones are refused: 2.0.2, which Debian 12 has, may lose messages when a batch call meets a rebalance,
# and it loses assignments and hangs in close.
set(_rdkafka_minimum 2.8.0)

# Reads the version out of PREFIX's rdkafka.h (0xMMmmrrpp) into VARIABLE; empty when there is none.
function(_rdkafka_header_version include_dir variable)
  set(${variable} "" PARENT_SCOPE)
  set(header ${include_dir}/librdkafka/rdkafka.h)
  if(EXISTS ${header})
    file(STRINGS ${header} line REGEX "^#define RD_KAFKA_VERSION +0x[0-9a-fA-F]+" LIMIT_COUNT 1)
    if(line MATCHES "0x([0-9a-fA-F][0-9a-fA-F])([0-9a-fA-F][0-9a-fA-F])([0-9a-fA-F][0-9a-fA-F])")
      math(EXPR major "0x${CMAKE_MATCH_1}")
      math(EXPR minor "0x${CMAKE_MATCH_2}")
      math(EXPR revision "0x${CMAKE_MATCH_3}")
      set(${variable} ${major}.${minor}.${revision} PARENT_SCOPE)
    endif()
  endif()
endfunction()

set(_rdkafka_prefixes "")
if(STREAMS_RDKAFKA_ROOT)
  list(APPEND _rdkafka_prefixes ${STREAMS_RDKAFKA_ROOT})
else()
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(_RDKAFKA_PC QUIET rdkafka)
    if(_RDKAFKA_PC_FOUND)
      pkg_get_variable(_rdkafka_pc_prefix rdkafka prefix)
      list(APPEND _rdkafka_prefixes ${_rdkafka_pc_prefix})
    endif()
  endif()
  if(DEFINED ENV{STREAMS_DEPS})
    set(_rdkafka_deps $ENV{STREAMS_DEPS})
  elseif(DEFINED ENV{XDG_CACHE_HOME})
    set(_rdkafka_deps $ENV{XDG_CACHE_HOME}/streams)
  else()
    set(_rdkafka_deps $ENV{HOME}/.cache/streams)
  endif()
  file(GLOB _rdkafka_built LIST_DIRECTORIES true ${_rdkafka_deps}/librdkafka-*)
  list(SORT _rdkafka_built COMPARE NATURAL ORDER DESCENDING)
  list(APPEND _rdkafka_prefixes ${_rdkafka_built} ${STREAMS_RDKAFKA_FALLBACK_ROOT})
endif()

# A new search each time: a cached answer would outlive `./dev deps` and a changed STREAMS_RDKAFKA_ROOT.
unset(Rdkafka_INCLUDE_DIR CACHE)
unset(Rdkafka_LIBRARY CACHE)
set(Rdkafka_INCLUDE_DIR "")
set(Rdkafka_LIBRARY "")
set(Rdkafka_VERSION "")
set(_rdkafka_seen "")
foreach(_rdkafka_prefix IN LISTS _rdkafka_prefixes)
  _rdkafka_header_version(${_rdkafka_prefix}/include _rdkafka_version)
  unset(_rdkafka_library)
  find_library(_rdkafka_library NAMES rdkafka HINTS ${_rdkafka_prefix}/lib ${_rdkafka_prefix}/lib64
                                                    ${_rdkafka_prefix}/lib/${CMAKE_LIBRARY_ARCHITECTURE}
               NO_DEFAULT_PATH NO_CACHE)
  if(_rdkafka_version AND _rdkafka_library)
    if(_rdkafka_version VERSION_GREATER_EQUAL _rdkafka_minimum)
      set(Rdkafka_INCLUDE_DIR ${_rdkafka_prefix}/include)
      set(Rdkafka_LIBRARY ${_rdkafka_library})
      set(Rdkafka_VERSION ${_rdkafka_version})
      break()
    endif()
    list(APPEND _rdkafka_seen "${_rdkafka_version} in ${_rdkafka_prefix}")
  endif()
endforeach()

list(JOIN _rdkafka_seen ", " _rdkafka_seen)
if(_rdkafka_seen)
  set(_rdkafka_reason "librdkafka ${_rdkafka_seen} is older than ${_rdkafka_minimum} and may lose messages at a rebalance.")
else()
  set(_rdkafka_reason "No librdkafka ${_rdkafka_minimum} or newer was found.")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Rdkafka
  REQUIRED_VARS Rdkafka_LIBRARY Rdkafka_INCLUDE_DIR
  VERSION_VAR Rdkafka_VERSION
  REASON_FAILURE_MESSAGE
    "${_rdkafka_reason} Run './dev deps', which builds 2.15.1 once, or give the prefix of one: -DSTREAMS_RDKAFKA_ROOT=PREFIX.")

# For our own package file, which is written in another folder's scope.
get_filename_component(_rdkafka_prefix "${Rdkafka_INCLUDE_DIR}" DIRECTORY)
set_property(GLOBAL PROPERTY STREAMS_RDKAFKA_PREFIX "${_rdkafka_prefix}")

if(Rdkafka_FOUND AND NOT TARGET Rdkafka::rdkafka)
  add_library(Rdkafka::rdkafka UNKNOWN IMPORTED)
  set_target_properties(Rdkafka::rdkafka PROPERTIES IMPORTED_LOCATION ${Rdkafka_LIBRARY}
                                                    INTERFACE_INCLUDE_DIRECTORIES ${Rdkafka_INCLUDE_DIR})
endif()
