# streams_unit_test(NAME SOURCES ... LIBRARIES ... [LABELS ...] [TIMEOUT seconds] [FIXTURE name] [ENVIRONMENT A=B]):
# one GoogleTest binary, each of its cases one ctest entry. The label is `unit` unless others are given; the target
# `unit_tests` builds all that have it.
include(GoogleTest)
find_package(GTest REQUIRED)

# All unit tests and nothing else: what the sanitizer builds need.
add_custom_target(unit_tests)

function(streams_unit_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT;FIXTURE;ENVIRONMENT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  streams_target(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE STREAMS_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             STREAMS_BINARY_DIR="${PROJECT_BINARY_DIR}")
  if(STREAMS_SANITIZE MATCHES "thread")
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/c11_threads_for_tsan.cpp)
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set(properties TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
  if("unit" IN_LIST ARG_LABELS)
    add_dependencies(unit_tests ${name})
  endif()
  if(ARG_FIXTURE)
    list(APPEND properties FIXTURES_REQUIRED ${ARG_FIXTURE})
  endif()
  if(ARG_ENVIRONMENT)
    list(APPEND properties ENVIRONMENT ${ARG_ENVIRONMENT})
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
endfunction()
