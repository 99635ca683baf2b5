# What depends on the tool chain: its C library, its flags, and the folder of its libraries below InferenceKit/.
platform := $(shell $(CXX) -dumpmachine)
ifeq ($(platform),)
  $(error there is no $(CXX); say CROSS_COMPILE=mipsel-linux-gnu- or another tool chain, or CROSS_COMPILE= for the PC)
endif
vendor := $(filter mips-linux-gnu-,$(notdir $(CROSS_COMPILE)))

libtype ?= $(if $(vendor),muclibc,glibc)
ifeq ($(libtype),muclibc)
  libc := uclibc
else ifeq ($(libtype),glibc)
  libc := glibc
else
  $(error libtype=$(libtype): expected muclibc or glibc)
endif

ifneq ($(filter mips%,$(platform)),)
  inference_kit := $(TOPDIR)/InferenceKit/nna1/mips720-glibc229
  library_dir := $(inference_kit)/lib/$(libc)
  machine := -EL -march=mips32r2 $(if $(vendor),-mfp64 -mnan=2008 -mabs=2008 -flax-vector-conversions)
  machine += $(if $(vendor),$(if $(filter muclibc,$(libtype)),-muclibc))
else
  kit.aarch64 := aarch64
  kit.arm := armhf
  inference_kit := $(TOPDIR)/InferenceKit/$(or $(kit.$(firstword $(subst -, ,$(platform)))),pc)
  library_dir := $(inference_kit)/lib
endif

CXXFLAGS := -std=c++11 -Wall -O3 $(machine) -I$(inference_kit)/include
LDFLAGS := $(machine) -L$(library_dir)
