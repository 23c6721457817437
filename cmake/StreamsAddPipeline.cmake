# streams_add_pipeline(NAME SOURCES a.cpp ... [LIBRARIES target ...])
#
# Builds a pipeline as a module, NAME.so, that streams-runner loads:
#
#   streams_add_pipeline(billing SOURCES billing.cpp)
#   streams-runner billing.so --config billing.yaml
#
# One of the sources has the STREAMS_PIPELINE. LIBRARIES are what the pipeline needs besides streams::api, such as
# streams::protobuf. The module exports one symbol, its entry; a pipeline that is built and not returned is an error.
function(streams_add_pipeline name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "streams_add_pipeline(${name}): unknown argument ${ARG_UNPARSED_ARGUMENTS}; "
                        "it takes SOURCES and LIBRARIES")
  endif()
  if(NOT ARG_SOURCES)
    message(FATAL_ERROR "streams_add_pipeline(${name}): give its source files after SOURCES")
  endif()
  add_library(${name} MODULE ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden
                                           VISIBILITY_INLINES_HIDDEN ON)
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_compile_definitions(${name} PRIVATE STREAMS_MODULE)
  target_compile_options(${name} PRIVATE -Werror=unused-result)
  target_link_libraries(${name} PRIVATE streams::api ${ARG_LIBRARIES})
  # What comes in from static libraries stays inside.
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL)
endfunction()
