# A thin front of the CMake presets.
.PHONY: all setup demo test bench accuracy boards format lint asan tsan fresh clean

all: build/build.ninja
	cmake --build --preset release

build/build.ninja: | setup
	cmake --preset release

setup:
	./setup.sh

# A real ImageNet network on real photos: converts, prints the accuracy table, classifies photos through libvenus.
demo: all
	scripts/demo.sh

test: all
	scripts/test.sh build

bench: all
	bench/compare.sh

accuracy: all
	bench/accuracy.sh

asan tsan: | setup
	cmake --preset $@
	cmake --build --preset $@
	scripts/test.sh build/$@

# libvenus and magik-run for other processors, in build/boards/*/{bin,lib}.
boards: boards-mipsel boards-mipsel-msa boards-aarch64 boards-armhf

boards-%: | setup
	cmake --preset $@
	cmake --build --preset $@

sources = $(shell git ls-files '*.cc' '*.h' '*.cpp')

format:
	clang-format -i $(sources)

lint: all
	clang-format --dry-run --Werror $(sources)
	scripts/lint.sh

# Proves that the README's commands are enough on a minimal Debian 12 (root, debootstrap; slow).
fresh:
	scripts/fresh.sh

clean:
	rm -rf build dist
