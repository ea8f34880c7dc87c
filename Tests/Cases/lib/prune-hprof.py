#!/usr/bin/env python3
"""Makes a JVM's heap dump small to keep: of what belongs to the JDK alone it keeps what leads to an object of the
program and what such an object or a thread leads to in few steps. References to what is left out become null; all else stays.

    prune-hprof.py DUMP OUT.gz
"""

import collections
import gzip
import struct
import sys

# How far below a thread, an object of the program, or what leads to one, objects are kept.
STEPS = 3
SIZES = {2: 8, 4: 1, 5: 2, 6: 4, 7: 8, 8: 1, 9: 2, 10: 4, 11: 8}
# Roots by tag: bytes after the object's id.
ROOTS = {0xFF: 0, 0x01: 8, 0x02: 8, 0x03: 8, 0x04: 4, 0x05: 0, 0x06: 4, 0x07: 0, 0x08: 8}


class Dump:
    """The records of a dump with identifiers of 8 bytes."""

    def __init__(self, data):
        start = data.index(0) + 13
        assert struct.unpack_from(">I", data, start - 12)[0] == 8, "identifiers of 8 bytes only"
        self.header, self.others, self.texts = data[:start], [], {}
        self.roots, self.classes, self.instances, self.arrays, self.values = [], {}, {}, {}, {}
        self.order, self.names, self.tag = [], {}, 0x1C
        at = start
        while at < len(data):
            tag, _, length = struct.unpack_from(">BII", data, at)
            body = data[at + 9 : at + 9 + length]
            at += 9 + length
            if tag == 0x01:
                self.texts[struct.unpack_from(">Q", body)[0]] = body[8:]
            elif tag in (0x0C, 0x1C):
                self.heap(body)
                self.tag = tag
            elif tag != 0x2C:
                self.others.append((tag, body))
                if tag == 0x02:
                    self.names[struct.unpack_from(">Q", body, 4)[0]] = struct.unpack_from(">Q", body, 16)[0]

    def heap(self, body):
        at = 0
        while at < len(body):
            tag, first = body[at], struct.unpack_from(">Q", body, at + 1)[0]
            start = at
            if tag in ROOTS:
                at += 9 + ROOTS[tag]
                self.roots.append((first, body[start:at]))
                continue
            if tag == 0x20:
                at = self.klass(body, at, first)
            elif tag == 0x21:
                size = struct.unpack_from(">I", body, at + 21)[0]
                at += 25 + size
                self.instances[first] = bytearray(body[start:at])
            elif tag == 0x22:
                count = struct.unpack_from(">I", body, at + 13)[0]
                at += 25 + 8 * count
                self.arrays[first] = bytearray(body[start:at])
            elif tag == 0x23:
                count, kind = struct.unpack_from(">IB", body, at + 13)
                at += 18 + count * SIZES[kind]
                self.values[first] = body[start:at]
            else:
                raise ValueError(f"record {tag:#x}")
            self.order.append(first)

    def klass(self, body, start, id):
        """Notes where in the record of a class its references stand, and which fields its instances have."""
        at = start + 65
        (count,) = struct.unpack_from(">H", body, at)
        at += 2
        for _ in range(count):
            at += 3 + SIZES[body[at + 2]]
        statics, texts, fields = [], [], []
        (count,) = struct.unpack_from(">H", body, at)
        at += 2
        for _ in range(count):
            name, kind = struct.unpack_from(">QB", body, at)
            texts.append(name)
            if kind == 2:
                statics.append(at + 9 - start)
            at += 9 + SIZES[kind]
        (count,) = struct.unpack_from(">H", body, at)
        at += 2
        for _ in range(count):
            name, kind = struct.unpack_from(">QB", body, at)
            texts.append(name)
            fields.append(kind)
            at += 9
        self.classes[id] = (bytearray(body[start:at]), statics, fields, texts)
        return at

    def slots(self, id):
        """The record of an object and the offsets of its references in it."""
        if id in self.classes:
            record, statics, _, _ = self.classes[id]
            return record, [13 + 8 * i for i in range(4)] + statics
        if id in self.arrays:
            record = self.arrays[id]
            return record, range(25, len(record), 8)
        if id not in self.instances:
            return None, ()
        record = self.instances[id]
        at, found, of = 25, [], struct.unpack_from(">Q", record, 13)[0]
        while of:
            klass, _, fields, _ = self.classes[of]
            for kind in fields:
                if kind == 2:
                    found.append(at)
                at += SIZES[kind]
            of = struct.unpack_from(">Q", klass, 13)[0]
        return record, found

    def class_of(self, id):
        """The class of an instance or of an array of references, else 0."""
        if id in self.instances:
            return struct.unpack_from(">Q", self.instances[id], 13)[0]
        return struct.unpack_from(">Q", self.arrays[id], 17)[0] if id in self.arrays else 0


def reach(starts, rows, steps=None):
    """All that the rows lead to from the starts, in as many steps as are given."""
    seen, last = set(starts), set(starts)
    while last and steps != 0:
        last = {next for id in last for next in rows(id)} - seen
        seen |= last
        steps = steps and steps - 1
    return seen


def main():
    with open(sys.argv[1], "rb") as file:
        dump = Dump(file.read())
    known = set(dump.order)

    def refers(id):
        record, offsets = dump.slots(id)
        return [target for o in offsets for target in struct.unpack_from(">Q", record, o) if target in known]

    def loader(id):
        return struct.unpack_from(">Q", dump.classes[id][0], 21)[0]

    def theirs(id):
        return id in dump.classes and loader(id) == 0

    referrers = collections.defaultdict(list)
    for id in dump.order:
        for target in refers(id):
            referrers[target].append(id)
    programs = {id for id in dump.classes if not theirs(id)}
    objects = {id for id in dump.order if dump.class_of(id) in programs}
    threads = {id for id, record in dump.roots if record[0] in (0x02, 0x03, 0x08)}
    holders = reach(objects | programs, lambda id: referrers[id])
    below = reach(holders | (threads & known), lambda id: () if theirs(id) else refers(id), STEPS)
    keep = holders | below
    keep |= {dump.class_of(id) for id in keep} & known
    for id in list(keep & set(dump.classes)):
        while id:
            keep.add(id)
            id = struct.unpack_from(">Q", dump.classes[id][0], 13)[0]
    keep |= {id for id in dump.classes if dump.texts.get(dump.names.get(id), b"")[:1] == b"["}
    keep |= {id for id in dump.classes if dump.texts.get(dump.names.get(id)) in (b"java/lang/Class", b"java/lang/ref/Reference")}

    body, texts = bytearray(), set()
    for id, record in dump.roots:
        if id in keep:
            body += record
    for id in dump.order:
        if id not in keep:
            continue
        record, offsets = dump.slots(id)
        if record is None:
            body += dump.values[id]
            continue
        for offset in offsets:
            if struct.unpack_from(">Q", record, offset)[0] not in keep:
                record[offset : offset + 8] = bytes(8)
        if id in dump.classes:
            texts.update(dump.classes[id][3])
        body += record
    out = bytearray(dump.header)
    serials = {struct.unpack_from(">I", b)[0] for t, b in dump.others if t == 0x02 and struct.unpack_from(">Q", b, 4)[0] in keep}
    others = []
    for tag, record in dump.others:
        if tag == 0x02 and struct.unpack_from(">I", record)[0] not in serials:
            name = struct.unpack_from(">Q", record, 16)[0]
            if not any(t == 0x04 and struct.unpack_from(">I", r, 32)[0] == struct.unpack_from(">I", record)[0] for t, r in dump.others):
                continue
            texts.add(name)
        elif tag == 0x02:
            texts.add(struct.unpack_from(">Q", record, 16)[0])
        elif tag == 0x04:
            texts.update(struct.unpack_from(">QQQ", record, 8))
        others.append((tag, record))
    for id, text in dump.texts.items():
        if id in texts:
            out += struct.pack(">BIIQ", 1, 0, len(text) + 8, id) + text
    for tag, record in others:
        out += struct.pack(">BII", tag, 0, len(record)) + record
    out += struct.pack(">BII", dump.tag, 0, len(body)) + body
    if dump.tag == 0x1C:
        out += struct.pack(">BII", 0x2C, 0, 0)
    with open(sys.argv[2], "wb") as file, gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=9, mtime=0) as packed:
        packed.write(out)
    print(f"{len(keep & known):,} of {len(known):,} objects and classes, {len(out):,} bytes")


if __name__ == "__main__":
    main()
