# cmake --install: tools, libraries with their headers, and what lets CMake and pkg-config find them. All paths are
# relative to where the copy stands, so that it can be moved.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/magik)
set(venus_include ${CMAKE_INSTALL_INCLUDEDIR}/magik/venus)
set(executor_include ${CMAKE_INSTALL_INCLUDEDIR}/magik/executor)

set(libraries)
foreach(flavour venus venus_profile venus_debug venus_nmem)
  list(APPEND libraries ${flavour} ${flavour}_static)
endforeach()
install(TARGETS ${libraries} EXPORT magik INCLUDES DESTINATION ${venus_include})
install(DIRECTORY include/venus/ DESTINATION ${venus_include})
if(TARGET magikExecutor)
  set_target_properties(magikExecutor PROPERTIES EXPORT_NAME executor)
  install(TARGETS magikExecutor EXPORT magik INCLUDES DESTINATION ${executor_include})
  install(DIRECTORY include/magik_executor/ DESTINATION ${executor_include})
endif()

install(EXPORT magik NAMESPACE magik:: DESTINATION ${package_folder} FILE magikTargets.cmake)
configure_package_config_file(cmake/magikConfig.cmake.in ${CMAKE_BINARY_DIR}/magikConfig.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/magikConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/magikConfig.cmake ${CMAKE_BINARY_DIR}/magikConfigVersion.cmake
  DESTINATION ${package_folder})
# From lib/pkgconfig to the prefix.
file(RELATIVE_PATH pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/venus.pc.in ${CMAKE_BINARY_DIR}/venus.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/venus.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
