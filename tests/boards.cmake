# Tests of board builds (`make boards`) under qemu-user, label "boards". They are skipped, and say so, without one.
set(MAGIK_BOARDS ${PROJECT_SOURCE_DIR}/build/boards CACHE PATH "Folder of the board builds that are tested")
set(emulator_mipsel qemu-mipsel)
set(emulator_mipsel-msa qemu-mipsel -cpu P5600)
set(emulator_aarch64 qemu-aarch64 -cpu max)
set(emulator_armhf qemu-arm -cpu max)
foreach(board mipsel mipsel-msa aarch64 armhf)
  add_test(NAME Boards.${board} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/board/compare.sh
    ${MAGIK_BOARDS}/${board} $<TARGET_FILE_DIR:magik-run> ${PROJECT_SOURCE_DIR} ${emulator_${board}})
  set_tests_properties(Boards.${board} PROPERTIES LABELS boards SKIP_RETURN_CODE 77)
endforeach()
