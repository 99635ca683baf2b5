# The client of the library that sets floating-point modes, for the host and for boards.
add_executable(floating_point_modes ${CMAKE_CURRENT_LIST_DIR}/floating_point_modes.cc)
target_link_libraries(floating_point_modes PRIVATE venus_static)
target_compile_options(floating_point_modes PRIVATE -ffast-math)
target_link_options(floating_point_modes PRIVATE -ffast-math)  # links code that sets the modes as the program starts
if(MAGIK_RUNTIME_ONLY)
  target_link_options(floating_point_modes PRIVATE -static)
  magik_mark_nan2008(floating_point_modes)
endif()
