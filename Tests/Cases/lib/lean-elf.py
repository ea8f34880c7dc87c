#!/usr/bin/env python3
"""Makes a Go executable small to keep beside a dump: its machine code (.text) and the table of pc values (pctab of
.gopclntab) become zeros. It cannot run any more; its types, names of functions and build id stay.

    lean-elf.py EXECUTABLE OUT
"""

import struct
import sys


def sections(data):
    """Offset and size of each section, by name."""
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    offset = struct.unpack_from(order + ("Q" if wide else "I"), data, 0x28 if wide else 0x20)[0]
    count, names = struct.unpack_from(order + "HH", data, 0x3C if wide else 0x30)
    form, size = (order + "IIQQQQIIQQ", 64) if wide else (order + "IIIIIIIIII", 40)
    headers = [struct.unpack_from(form, data, offset + size * i) for i in range(count)]

    def name(header):
        start = headers[names][4] + header[0]
        return data[start : data.index(0, start)].decode()

    return {name(header): header[4:6] for header in headers}


def main():
    with open(sys.argv[1], "rb") as file:
        data = bytearray(file.read())
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    found = sections(data)
    start, size = found[".text"]
    data[start : start + size] = bytes(size)
    start, _ = found[".gopclntab"]
    header = struct.unpack_from(order + ("IBBBB8Q" if wide else "IBBBB8I"), data, start)
    table, functions = header[-2], header[-1]
    data[start + table : start + functions] = bytes(functions - table)
    with open(sys.argv[2], "wb") as file:
        file.write(data)


if __name__ == "__main__":
    main()
