# Ingenic's tool chain (GCC 7.2, uClibc) for its X and T series with MSA. Its bin folder has to be in PATH:
#   PATH=$TOOLCHAIN/bin:$PATH cmake --preset boards-ingenic
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR mipsel)
set(CMAKE_C_COMPILER mips-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER mips-linux-gnu-g++)
set(CMAKE_CXX_FLAGS_INIT "-EL -march=mips32r5 -mfp64 -mnan=2008 -mabs=2008 -muclibc")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-EL -muclibc")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-EL -muclibc")
set(MAGIK_MSA ON)
include(${CMAKE_CURRENT_LIST_DIR}/cross.cmake)
