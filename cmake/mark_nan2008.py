"""Sets EF_MIPS_NAN2008 in a 32-bit little-endian MIPS ELF file: the program wants NaNs as IEEE 754-2008 has them."""
import struct
import sys

FLAGS_OFFSET = 36  # e_flags of Elf32_Ehdr
EF_MIPS_NAN2008 = 0x400

path = sys.argv[1]
with open(path, 'r+b') as file:
    if file.read(6) != b'\x7fELF\x01\x01':
        sys.exit(f'{path}: not a 32-bit little-endian ELF file')
    file.seek(FLAGS_OFFSET)
    (flags,) = struct.unpack('<I', file.read(4))
    file.seek(FLAGS_OFFSET)
    file.write(struct.pack('<I', flags | EF_MIPS_NAN2008))
