# A thin front of the CMake presets.
.PHONY: all setup setup-boards demo test bench accuracy boards test-boards toolkit docs format lint asan tsan fresh clean

all: build/build.ninja
	cmake --build --preset release

build/build.ninja: | setup
	cmake --preset release

setup:
	./setup.sh demo

setup-boards:
	./setup.sh

# A real ImageNet network on real photos: converts, prints the accuracy table, classifies photos through libvenus.
demo: build/build.ninja
	cmake --build --preset release --target magik-transform-tools classify
	scripts/demo.sh

test: all boards
	scripts/test.sh build -LE slow

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

boards-%: | setup-boards
	cmake --preset $@
	cmake --build --preset $@

# All tests of the boards under qemu-user, those too that make test leaves out: the runtime's unit tests, three inputs for
# each network, the reference kernels of each board, and counts of instructions.
test-boards: all boards
	for board in mipsel mipsel-msa aarch64 armhf; do cmake --build --preset boards-$$board --target venus_test || exit 1; done
	scripts/test.sh build -L boards

# The delivered tree, dist/magik-toolkit: tools, libraries for the PC and the boards, samples.
toolkit: all boards
	scripts/toolkit.sh

# The API reference, in build/docs/api/html.
docs:
	./setup.sh docs
	mkdir -p build/docs/api
	doxygen docs/Doxyfile

sources = $(shell git ls-files '*.cc' '*.h' '*.cpp')

format:
	./setup.sh lint
	clang-format -i $(sources)

lint: all
	./setup.sh lint
	clang-format --dry-run --Werror $(sources)
	scripts/lint.sh

# Proves that the README's commands are enough on a minimal Debian 12 (root, debootstrap; slow).
fresh:
	scripts/fresh.sh

clean:
	rm -rf build dist
