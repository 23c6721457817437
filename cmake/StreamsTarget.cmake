# What every target of ours has in common: language level, warnings, sanitizers, the fast linker.
include(CheckLinkerFlag)

find_program(STREAMS_CCACHE ccache)
if(STREAMS_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${STREAMS_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${STREAMS_CCACHE})
endif()
check_linker_flag(CXX -fuse-ld=mold STREAMS_HAS_MOLD)

# streams_target(NAME): apply the project's compile rules to one of our targets.
function(streams_target name)
  target_compile_features(${name} PUBLIC cxx_std_20)
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden
                                           VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                                         -Woverloaded-virtual $<$<BOOL:${STREAMS_WERROR}>:-Werror>)
  # g++ 12 sees overlaps in std::string's own operator+ when it optimises (GCC bug 105651).
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
  if(STREAMS_HAS_MOLD)
    target_link_options(${name} PRIVATE -fuse-ld=mold)
  endif()
  if(STREAMS_SANITIZE)
    target_compile_options(${name} PUBLIC -fsanitize=${STREAMS_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${name} PUBLIC -fsanitize=${STREAMS_SANITIZE})
    # Where AddressSanitizer has put its guards, g++ 12 takes a constant array for one character when memcmp compares
    # it, and members of std::function in std::regex for uninitialised.
    target_compile_options(${name} PRIVATE
                           "$<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread;-Wno-maybe-uninitialized>")
    # ThreadSanitizer does not see Boost.Asio's fences, and g++ says so; its locks it sees.
    if(STREAMS_SANITIZE MATCHES "thread")
      target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
    endif()
  endif()
endfunction()
