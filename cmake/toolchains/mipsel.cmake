# Debian's g++-mipsel-linux-gnu: any little-endian MIPS32 release 2 with a floating-point unit.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR mipsel)
set(CMAKE_C_COMPILER mipsel-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER mipsel-linux-gnu-g++)
set(CMAKE_CXX_FLAGS_INIT "-march=mips32r2")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-mipsel)
include(${CMAKE_CURRENT_LIST_DIR}/cross.cmake)
