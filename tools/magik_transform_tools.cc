// The converter.
#include "transform/cli/command.h"

int main(int argc, char** argv) { return magik::transform::run_command({argv + 1, argv + argc}); }
