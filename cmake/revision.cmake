# Run by every build (cmake -DSOURCE=... -DHEADER=... -P): writes the header with the revision that version lines tell.
# The header is touched only where the revision is another, so that nothing else is built again.
cmake_minimum_required(VERSION 3.22)
execute_process(COMMAND git rev-parse --short HEAD WORKING_DIRECTORY ${SOURCE}
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT revision)
  set(revision unknown)
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define MAGIK_REVISION \"${revision}\"\n")
