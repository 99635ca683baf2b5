# Tests of the board builds (`make boards`) under qemu-user, label "boards". They are skipped, and say so, without one.
# `make test` leaves out those with the label "slow", `make test-boards` runs all.
set(MAGIK_BOARDS ${PROJECT_SOURCE_DIR}/build/boards CACHE PATH "Folder of the board builds that are tested")
if(MAGIK_SANITIZE)  # the boards' code is the same
  return()
endif()
set(emulator_mipsel qemu-mipsel)
set(emulator_mipsel-msa qemu-mipsel -cpu P5600)
set(emulator_aarch64 qemu-aarch64 -cpu max)
set(emulator_armhf qemu-arm -cpu max)
set(scripts ${CMAKE_CURRENT_SOURCE_DIR}/board)
set(work ${CMAKE_BINARY_DIR}/board_tests)

add_executable(image_to_bin board/image_to_bin.cc ${PROJECT_SOURCE_DIR}/tools/run/image_input.cc)
target_include_directories(image_to_bin PRIVATE ${PROJECT_SOURCE_DIR}/tools)
target_link_libraries(image_to_bin PRIVATE transform)

add_test(NAME Boards.prepare COMMAND ${scripts}/prepare.sh ${work} ${CMAKE_RUNTIME_OUTPUT_DIRECTORY} ${PROJECT_SOURCE_DIR})
set_tests_properties(Boards.prepare PROPERTIES FIXTURES_SETUP board_tests)

function(add_board_test name label)
  add_test(NAME Boards.${name} COMMAND ${ARGN})
  set_tests_properties(Boards.${name} PROPERTIES LABELS "${label}" SKIP_RETURN_CODE 77 FIXTURES_REQUIRED board_tests)
endfunction()

include(board/floating_point_modes.cmake)
include(board/image_check.cmake)
add_board_test(host.floating_point_modes "boards" ${scripts}/modes.sh ${work} $<TARGET_FILE:floating_point_modes>)

foreach(board mipsel mipsel-msa aarch64 armhf)
  set(build ${MAGIK_BOARDS}/${board})
  set(emulator ${emulator_${board}})
  foreach(network operators images digits efficientnet_lite0 yolo_fastestv2 slim_320)
    set(sets fast)
    if(network MATCHES "operators|images|digits")
      set(sets all)
    endif()
    add_board_test(${board}.${network} "boards" ${scripts}/compare.sh ${work} ${build} ${network} 1 ${sets} ${emulator})
    if(NOT network MATCHES "operators|images")
      add_board_test(${board}.${network}.thorough "boards;slow"
        ${scripts}/compare.sh ${work} ${build} ${network} 3 all ${emulator})
    endif()
  endforeach()
  add_board_test(${board}.floating_point_modes "boards"
    ${scripts}/modes.sh ${work} ${build}/bin/floating_point_modes ${emulator})
  add_board_test(${board}.unit_tests "boards;slow" ${emulator} ${build}/bin/venus_test --gtest_brief=1)
endforeach()

foreach(board mipsel mipsel-msa)
  add_board_test(${board}.limits "boards"
    ${scripts}/limits.sh ${work} ${MAGIK_BOARDS}/${board} mipsel-linux-gnu-strip ${emulator_${board}})
endforeach()

add_board_test(instructions "boards;slow" ${scripts}/count_instructions/run.sh
  ${work}/efficientnet_lite0.bin ${work}/efficientnet_lite0.1.bin ${MAGIK_BOARDS})
