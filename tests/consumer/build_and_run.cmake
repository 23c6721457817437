# cmake -DWAY=find_package|add_subdirectory ... -P build_and_run.cmake: see CMakeLists.txt beside it.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

function(run)
  list(JOIN ARGN " " shown)
  message(STATUS "${shown}")
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK} OUTPUT_VARIABLE output ERROR_VARIABLE output
                  RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message("${output}")
    message(FATAL_ERROR "ended with ${status}: ${shown}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect text)
  string(FIND "${output}" "${text}" place)
  if(place EQUAL -1)
    message("${output}")
    message(FATAL_ERROR "'${text}' is not in the output above")
  endif()
endfunction()

set(arguments -DSTREAMS_SANITIZE=${SANITIZE})
if(WAY STREQUAL "find_package")
  set(prefix ${WORK}/prefix)
  run(${CMAKE_COMMAND} --install ${STREAMS_BINARY} --prefix ${prefix})
  list(APPEND arguments -DCMAKE_PREFIX_PATH=${prefix})
  set(bin ${prefix}/bin)
else()
  list(APPEND arguments -DSTREAMS_SOURCE=${STREAMS_SOURCE} -DSTREAMS_RDKAFKA_ROOT=${RDKAFKA})
  set(bin "")
endif()
# The module and the program need nothing but the api; the rest is for whoever installed it.
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/project -B ${WORK}/build -G ${GENERATOR}
    -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} ${arguments})
run(${CMAKE_COMMAND} --build ${WORK}/build --target shout shout_program)

run(${WORK}/build/shout_program)
expect("shout")
expect("loud-words")

# The module exports its entry and nothing else of its own (inline variables of the standard library are everybody's).
run(nm -D --defined-only --format=posix ${WORK}/build/shout.so)
string(REGEX MATCHALL "[^\n]+ [TDBR] " symbols "${output}")
if(NOT symbols MATCHES "^streams_module_v[0-9]+ T $")
  message("${output}")
  message(FATAL_ERROR "the module exports other symbols than its entry")
endif()

if(bin AND "http" IN_LIST COMPONENTS)
  run(${CMAKE_COMMAND} --build ${WORK}/build --target lookup)
endif()

if(bin AND "runner" IN_LIST COMPONENTS)
  set(config ${CMAKE_CURRENT_LIST_DIR}/project/shout.yaml)
  run(${bin}/streams-runner --version)
  run(${bin}/streams-runner plan ${WORK}/build/shout.so --config ${config})
  expect("shout")
  # The source itself, compiled by the installed runner with the installed headers.
  run(${CMAKE_COMMAND} -E env XDG_CACHE_HOME=${WORK}/cache
      ${bin}/streams-runner plan ${CMAKE_CURRENT_LIST_DIR}/project/shout.cpp --config ${config})
  expect("shout")
  if("http" IN_LIST COMPONENTS)
    run(${bin}/streams-runner plan --graph ${WORK}/build/lookup.so)
    expect("AsyncMap")
    run(${CMAKE_COMMAND} -E env XDG_CACHE_HOME=${WORK}/cache
        ${bin}/streams-runner plan --graph ${CMAKE_CURRENT_LIST_DIR}/project/lookup.cpp -- -lstreams_http)
    expect("AsyncMap")
  endif()
endif()

if(bin AND "runtime" IN_LIST COMPONENTS AND "local" IN_LIST COMPONENTS)
  run(${CMAKE_COMMAND} --build ${WORK}/build --target shout_standalone)
  run(${WORK}/build/shout_standalone plan --config ${CMAKE_CURRENT_LIST_DIR}/project/shout.yaml)
  expect("shout")
endif()
