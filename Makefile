# A thin front of the CMake presets.
.PHONY: all setup demo test bench accuracy boards test-boards format lint asan tsan fresh clean

all: build/build.ninja
	cmake --build --preset release

build/build.ninja: | setup
	cmake --preset release

setup:
	./setup.sh

# A real ImageNet network on real photos: converts, prints the accuracy table, classifies photos through libvenus.
demo: build/build.ninja
	cmake --build --preset release --target magik-transform-tools classify
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

# Under qemu-user: the runtime's tests, and every node of the bundled network equal to this machine's.
test-boards: all boards
	for board in mipsel mipsel-msa aarch64 armhf; do cmake --build --preset boards-$$board --target venus_test || exit 1; done
	scripts/test.sh build -L boards

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
