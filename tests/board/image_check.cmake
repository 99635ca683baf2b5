# Image processing through the library, for the host and for boards.
add_executable(image_check ${CMAKE_CURRENT_LIST_DIR}/image_check.cc)
set_target_properties(image_check PROPERTIES CXX_STANDARD 17)
target_include_directories(image_check PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(image_check PRIVATE venus_static venus_core)
if(MAGIK_RUNTIME_ONLY)
  target_link_options(image_check PRIVATE -static)
  magik_mark_nan2008(image_check)
endif()
