# Sources of a folder and those below it, without tests (*_test.cc) and benchmarks (*_bench.cc).
function(magik_sources out folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*.cc)
  list(FILTER files EXCLUDE REGEX "_(test|bench)\\.cc$")
  set(${out} ${files} PARENT_SCOPE)
endfunction()

# Tests of a folder and those below it.
function(magik_tests out folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*_test.cc)
  set(${out} ${files} PARENT_SCOPE)
endfunction()

# See toolchains/mipsel-msa.cmake.
function(magik_mark_nan2008 program)
  if(MAGIK_MARK_NAN2008)
    add_custom_command(TARGET ${program} POST_BUILD
      COMMAND python3 ${PROJECT_SOURCE_DIR}/cmake/mark_nan2008.py $<TARGET_FILE:${program}>)
  endif()
endfunction()
