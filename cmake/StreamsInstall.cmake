# The install rules of every part, and the package that find_package(streams) reads. A part that is not built is left
# out; each has an export of its own, so that a consumer needs the dependencies of what it uses and no others.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/streams)
set(STREAMS_BUILT_COMPONENTS "")
foreach(component api protobuf http runtime testing kafka local objects parquet runner)
  set(target streams_${component})
  if(NOT TARGET ${target})
    continue()
  endif()
  list(APPEND STREAMS_BUILT_COMPONENTS ${component})
  # Libraries of ours beside the program; librdkafka where it was found when that is no system folder.
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${component}
                                             INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}"
                                             INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS ${target} EXPORT streams-${component}
          RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
          LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT streams-${component} NAMESPACE streams:: DESTINATION ${package_folder}
          FILE streams-${component}-targets.cmake)
endforeach()

foreach(part api runtime adapters/http adapters/kafka adapters/local adapters/objects adapters/parquet)
  if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${part}/include)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/${part}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  endif()
endforeach()

get_property(STREAMS_PYARROW_BUILT_WITH GLOBAL PROPERTY STREAMS_PYARROW_ROOT)
get_property(STREAMS_RDKAFKA_BUILT_WITH GLOBAL PROPERTY STREAMS_RDKAFKA_PREFIX)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/streams-config.cmake.in
                              ${PROJECT_BINARY_DIR}/cmake/streams-config.cmake INSTALL_DESTINATION ${package_folder})
# Before 1.0 a minor version may break its users.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/streams-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/streams-config.cmake ${PROJECT_BINARY_DIR}/cmake/streams-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/StreamsAddPipeline.cmake ${PROJECT_SOURCE_DIR}/cmake/FindRdkafka.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindStreamsArrow.cmake
        DESTINATION ${package_folder})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
