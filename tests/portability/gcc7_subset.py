#!/usr/bin/env python3
"""Finds what GCC 7, the board vendor's compiler, does not have in sources that it has to compile.

GCC 12 compiles them as strict C++17 (-pedantic-errors), which refuses later C++. What is left for this program is C++17
whose support came after GCC 7, and extensions that are newer.

usage: gcc7_subset.py FILE_OR_FOLDER...     checks sources; tests, benchmarks and what they include are left out
       gcc7_subset.py --self-test           checks that each rule finds its example
"""
import pathlib
import re
import sys

# What may not be there, since which GCC it is, an example.
RULES = [
    (r'#\s*include\s*<(charconv|execution|filesystem|memory_resource)>', '8 to 9', '#include <charconv>'),
    (r'#\s*include\s*<(barrier|bit|compare|concepts|coroutine|format|latch|numbers|ranges|semaphore|source_location|span'
     r'|stop_token|syncstream|version)>', '8 to 13', '#include <span>'),
    (r'\bstd::(from_chars|to_chars)\b', '8', 'std::from_chars(a, b, x);'),
    (r'\bstd::(filesystem|pmr|execution)\b', '8 to 9', 'std::filesystem::path p;'),
    (r'\bstd::(reduce|transform_reduce|(transform_)?(in|ex)clusive_scan)\b', '9', 'std::reduce(a, b);'),
    (r'\bhardware_(con|de)structive_interference_size\b', '12',
     'alignas(std::hardware_destructive_interference_size) int x;'),
    (r'\[\[\s*(no_unique_address|likely|unlikely)\s*\]\]', '9', '[[no_unique_address]] Empty e;'),
    (r'\b__VA_OPT__\b', '8', '#define LOG(x, ...) log(x __VA_OPT__(,) __VA_ARGS__)'),
    (r'\b__builtin_(bit_cast|is_constant_evaluated|has_attribute|convertvector|shufflevector|assoc_barrier)\b', '9 to 12',
     'return __builtin_bit_cast(float, x);'),
    (r'^\s*(?:class|struct)?\s*requires\b|\b(concept|consteval|constinit|co_await|co_yield|co_return)\b', '10',
     'concept Number = true;'),
]
COMMENTS_AND_TEXTS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
NOT_FOR_BOARDS = re.compile(r'(_test|_bench)\.cc$|(^|/)(test_|double_reference)[^/]*\.h$|_(bench|test_util)\.h$')


def blank(match):
    """Keeps the number of lines."""
    return '\n' * match[0].count('\n')


def problems(text):
    code = COMMENTS_AND_TEXTS.sub(blank, text)
    for number, line in enumerate(code.split('\n'), 1):
        for pattern, version, _ in RULES:
            if found := re.search(pattern, line):
                yield number, found[0].strip(), version


def self_test():
    for pattern, _, example in RULES:
        if not list(problems(f'int x;\n{example}\n')):
            sys.exit(f'{pattern} does not find: {example}')
        if list(problems(f'// {example}\nconst char* text = "{example}";\n')):
            sys.exit(f'{pattern} looks into comments and texts')


def sources(path):
    files = [path] if path.is_file() else sorted(path.rglob('*'))
    return [f for f in files if f.suffix in ('.cc', '.h', '.inc') and not NOT_FOR_BOARDS.search(f.as_posix())]


def main(arguments):
    if arguments == ['--self-test']:
        return self_test()
    files = [file for argument in arguments for file in sources(pathlib.Path(argument))]
    found = [f'{file}:{line}: {what} needs GCC {version}, the vendor\'s is 7'
             for file in files for line, what, version in problems(file.read_text())]
    print('\n'.join(found) if found else f'{len(files)} files keep to what GCC 7 has')
    return 1 if found or not files else 0


sys.exit(main(sys.argv[1:]))
