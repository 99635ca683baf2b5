#!/usr/bin/python3
"""Prints the most bytes of resident memory that a program had under qemu-user.

The emulator has memory of its own (its code, translated code), which a peak of the whole process would include. So the
guest's 32-bit address space is put at a known place (-B), and what is resident there is read from /proc again and again.

usage: guest_memory.py EMULATOR [EMULATOR_OPTION...] PROGRAM [ARGUMENT...]
"""
import re
import subprocess
import sys
import time

BASE, SIZE = 1 << 40, 1 << 32
INTERVAL = 0.002  # seconds


def resident(pid):
    """Bytes of the guest's mappings; 0 where the process has just ended."""
    try:
        with open(f'/proc/{pid}/smaps') as file:
            lines = file.readlines()
    except OSError:
        return 0
    total, in_guest = 0, False
    for line in lines:
        if mapping := re.match(r'([0-9a-f]+)-[0-9a-f]+ ', line):
            in_guest = BASE <= int(mapping[1], 16) < BASE + SIZE
        elif in_guest and line.startswith('Rss:'):
            total += int(line.split()[1]) * 1024
    return total


emulator, *arguments = sys.argv[1:]
process = subprocess.Popen([emulator, '-B', hex(BASE), *arguments], stdout=subprocess.DEVNULL)
peak = 0
while process.poll() is None:
    peak = max(peak, resident(process.pid))
    time.sleep(INTERVAL)
if process.returncode != 0:
    sys.exit(f'{" ".join(arguments)}: exit status {process.returncode}')
print(peak)
