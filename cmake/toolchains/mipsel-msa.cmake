# Debian's g++-mipsel-linux-gnu for MIPS32 release 5 with MSA. MSA needs 64-bit floating-point registers and 2008's NaNs.
# Debian's C library is built for the older NaNs, which -mnan=2008 would refuse to link; the bit that asks the system
# for the new ones is set in finished, statically linked programs.
include(${CMAKE_CURRENT_LIST_DIR}/mipsel.cmake)
set(CMAKE_CXX_FLAGS_INIT "-march=mips32r5 -mfp64")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-mipsel -cpu P5600)
set(MAGIK_MSA ON)
set(MAGIK_MARK_NAN2008 ON)
