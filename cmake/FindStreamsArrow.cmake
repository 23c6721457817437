# Arrow and Parquet for C++, version 13 or newer: by their own CMake packages, or inside a `pyarrow` package from PyPI,
# which has the headers and the libraries. Of the latter, the one in STREAMS_PYARROW_ROOT (a virtual environment), else
# the one that `./dev deps` makes.
#
# Makes the target StreamsArrow::parquet. STREAMS_ARROW_ENVIRONMENT is the environment that was taken, and
# STREAMS_ARROW_PYTHON its interpreter, where there is one.
find_package(Arrow CONFIG QUIET)
find_package(Parquet CONFIG QUIET)

if(STREAMS_PYARROW_ROOT)
  set(_streams_pyarrow ${STREAMS_PYARROW_ROOT})
elseif(STREAMS_PYARROW_FALLBACK_ROOT)
  set(_streams_pyarrow ${STREAMS_PYARROW_FALLBACK_ROOT})
else()
  if(DEFINED ENV{STREAMS_DEPS})
    set(_streams_deps $ENV{STREAMS_DEPS})
  elseif(DEFINED ENV{XDG_CACHE_HOME})
    set(_streams_deps $ENV{XDG_CACHE_HOME}/streams)
  else()
    set(_streams_deps $ENV{HOME}/.cache/streams)
  endif()
  set(_streams_pyarrow ${_streams_deps}/pyarrow)
endif()
if(EXISTS ${_streams_pyarrow}/bin/python)
  set(STREAMS_ARROW_PYTHON ${_streams_pyarrow}/bin/python)
endif()
file(GLOB _streams_wheel ${_streams_pyarrow}/lib/python3*/site-packages/pyarrow)

if(TARGET Parquet::parquet_shared AND Arrow_VERSION VERSION_GREATER_EQUAL 13)
  set(STREAMS_ARROW_FOUND_AS "Arrow ${Arrow_VERSION} (${Arrow_DIR})")
  if(NOT TARGET StreamsArrow::parquet)
    add_library(StreamsArrow::parquet INTERFACE IMPORTED)
    target_link_libraries(StreamsArrow::parquet INTERFACE Parquet::parquet_shared Arrow::arrow_shared)
  endif()
elseif(_streams_wheel AND EXISTS ${_streams_wheel}/include/parquet/arrow/writer.h)
  # One file each, named after the library's version; there is no name without it.
  file(GLOB _streams_libarrow ${_streams_wheel}/libarrow.so.*)
  file(GLOB _streams_libparquet ${_streams_wheel}/libparquet.so.*)
  list(SORT _streams_libarrow)
  list(SORT _streams_libparquet)
  list(GET _streams_libarrow 0 _streams_libarrow)
  list(GET _streams_libparquet 0 _streams_libparquet)
  set(STREAMS_ARROW_ENVIRONMENT ${_streams_pyarrow})
  set(STREAMS_ARROW_FOUND_AS "pyarrow (${_streams_wheel})")
  if(NOT TARGET StreamsArrow::parquet)
    add_library(StreamsArrow::arrow SHARED IMPORTED)
    set_target_properties(StreamsArrow::arrow PROPERTIES IMPORTED_LOCATION ${_streams_libarrow})
    add_library(StreamsArrow::parquet SHARED IMPORTED)
    set_target_properties(StreamsArrow::parquet PROPERTIES
                          IMPORTED_LOCATION ${_streams_libparquet}
                          INTERFACE_INCLUDE_DIRECTORIES ${_streams_wheel}/include
                          INTERFACE_LINK_LIBRARIES StreamsArrow::arrow)
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(StreamsArrow REQUIRED_VARS STREAMS_ARROW_FOUND_AS
                                  REASON_FAILURE_MESSAGE "./dev deps installs one, or set STREAMS_PYARROW_ROOT")
