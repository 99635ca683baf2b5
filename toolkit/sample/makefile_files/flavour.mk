# Which libvenus the build type is linked with.
library.release := venus
library.profile := venus.p
library.debug := venus.d
library.nmem := venus.m
ifeq ($(library.$(build_type)),)
  $(error build_type=$(build_type): expected release, profile, debug or nmem)
endif
ifeq ($(wildcard $(library_dir)/lib$(library.$(build_type)).so),)
  $(error $(library_dir) has no lib$(library.$(build_type)).so; build libvenus for $(platform) and $(libtype), see docs/boards.md)
endif

suffix := $(libc)_$(build_type)
LDFLAGS += -l$(library.$(build_type)) -lpthread
