#!/usr/bin/env python3
"""Measures refwalk on dumps of odd shapes: hubs, wide classes, many roots on one object, a class for each object, a
million shapes, long names. Two things are asked of each command:

- CPU time an object stays within 3 × of that of an ordinary dump. An object is one, or two references, or as many bytes
  of the file as an object of the ordinary dump takes (names have to be read, and classes with fields are larger than
  objects), whichever is most; so many bytes printed count as one more (a million shapes are a million rows of `cycles`).
- It does not grow: at a quarter of the size it is more than half of that (growth with a square makes it a quarter).

Runs below half a second are not judged: the start of the program is most of them.

usage: shapes.py REFWALK [SCALE]
SCALE (1.0) times the sizes below. Ends with 1 when something is beyond.
"""
import os, pathlib, resource, struct, subprocess, sys, tempfile

os.environ["XDG_STATE_HOME"] = "/dev/null"
LIMIT = 3.0
GROWTH = 2.0
LEAST = 0.5


class Dump:
    """An HPROF dump in memory."""

    def __init__(self):
        self.records = bytearray(b"JAVA PROFILE 1.0.2\0" + struct.pack(">IQ", 8, 0))
        self.heap, self.texts, self.classes, self.objects, self.references = bytearray(), {}, 0, 0, 0
        self.define(0x100, "java/lang/Object", 0)
        self.define(0x108, "java/lang/Class", 0x100)
        self.define(0x110, "[Ljava/lang/Object;", 0x100)
        self.define(0x118, "Node", 0x100, ["next", "other"])

    def record(self, tag, body):
        self.records += struct.pack(">BII", tag, 0, len(body)) + body

    def text(self, text):
        if text not in self.texts:
            self.texts[text] = 0x1000 + len(self.texts)
            self.record(1, struct.pack(">Q", self.texts[text]) + text.encode())
        return self.texts[text]

    def define(self, address, name, superclass, fields=(), statics=()):
        self.classes += 1
        self.objects += 1
        self.record(2, struct.pack(">IQIQ", self.classes, address, 0, self.text(name)))
        self.heap += struct.pack(">BQIQQQQQQIH", 0x20, address, 0, superclass, 0, 0, 0, 0, 0, 8 * len(fields), 0)
        self.heap += struct.pack(">H", len(statics))
        for field, value in statics:
            self.heap += struct.pack(">QBQ", self.text(field), 2, value)
        self.heap += struct.pack(">H", len(fields))
        for field in fields:
            self.heap += struct.pack(">QB", self.text(field), 2)
        self.references += len(statics)

    def instance(self, address, of, *values):
        self.objects += 1
        self.references += len(values)
        self.heap += struct.pack(">BQIQI%dQ" % len(values), 0x21, address, 0, of, 8 * len(values), *values)

    def array(self, address, values):
        self.objects += 1
        self.references += len(values)
        self.heap += struct.pack(">BQIIQ%dQ" % len(values), 0x22, address, 0, len(values), 0x110, *values)

    def root(self, address, tag=5):
        self.heap += struct.pack(">BQ", tag, address)

    def write(self, path):
        self.record(12, bytes(self.heap))
        self.record(44, b"")
        pathlib.Path(path).write_bytes(self.records)


BASE = 0x10_0000


def at(number):
    return BASE + 64 * number


def ordinary(n):
    """Rings of ten, each held by one before it."""
    dump = Dump()
    for k in range(n):
        dump.instance(at(k), 0x118, at(k // 10 * 10 + (k + 1) % 10 if k // 10 * 10 + (k + 1) % 10 < n else k), at(k + 10 if k % 10 == 0 and k + 10 < n else k))
    dump.root(at(0))
    return dump


def hub_back(n):
    """An array whose elements refer back to it."""
    dump = Dump()
    dump.array(at(0), [at(k) for k in range(1, n)])
    for k in range(1, n):
        dump.instance(at(k), 0x118, at(0), 0)
    dump.root(at(0))
    return dump


def hub_out(n):
    """An array that refers to every member of a ring."""
    dump = Dump()
    dump.array(at(n), [at(k) for k in range(n)])
    for k in range(n):
        dump.instance(at(k), 0x118, at((k + 1) % n), 0)
    dump.root(at(n))
    return dump


def two_hubs(n):
    """Two arrays that both refer to all of many small rings."""
    dump = Dump()
    for hub in (n, n + 1):
        dump.array(at(hub), [at(k) for k in range(n)])
        dump.root(at(hub))
    for k in range(0, n - 1, 2):
        dump.instance(at(k), 0x118, at(k + 1), 0)
        dump.instance(at(k + 1), 0x118, at(k), 0)
    return dump


def weak_hub(n):
    """An array of weak references, whose referents refer to it."""
    dump = Dump()
    dump.define(0x120, "java/lang/ref/Reference", 0x100, ["referent", "queue"])
    dump.define(0x128, "java/lang/ref/WeakReference", 0x120)
    half = n // 2
    dump.array(at(n), [at(k) for k in range(half)])
    for k in range(half):
        dump.instance(at(k), 0x128, at(half + k), at(n))
        dump.instance(at(half + k), 0x118, at(n), at(k))
    dump.root(at(n))
    return dump


def wide_class(n):
    """Objects with thousands of fields."""
    dump = Dump()
    fields = min(16000, max(100, n // 8))
    dump.define(0x130, "Wide", 0x100, [f"field{k}" for k in range(fields)])
    count = max(2, n // fields)
    for k in range(count):
        dump.instance(at(1000 * k), 0x130, *[at(1000 * ((k + 1) % count))] * fields)
    dump.root(at(0))
    return dump


def wide_statics(n):
    """A class with tens of thousands of static fields."""
    dump = Dump()
    count = min(65000, n)
    dump.define(0x130, "Statics", 0x100, (), [(f"static{k}", at(k)) for k in range(count)])
    for k in range(count):
        dump.instance(at(k), 0x118, at((k + 1) % count), 0x130)
    dump.root(0x130)
    return dump


def many_roots(n):
    """One object that very many roots hold."""
    dump = Dump()
    dump.instance(at(0), 0x118, at(1), 0)
    dump.instance(at(1), 0x118, at(0), 0)
    for k in range(n):
        dump.root(at(0), 7)
        dump.root(at(1))
    dump.references += 2 * n
    dump.objects += n
    return dump


def class_each(n):
    """A class for each object, each with a cycle of its own."""
    dump = Dump()
    for k in range(n // 2):
        dump.define(0x200 + 8 * k, f"pack{k}/Type{k}", 0x100, ["self", "next"])
        dump.instance(at(k + n), 0x200 + 8 * k, at(k + n), at(k + n + 1) if k + 1 < n // 2 else 0)
    dump.root(at(n))
    return dump


def shapes(n):
    """As many shapes as there are objects in twos."""
    dump = Dump()
    kinds = max(2, int((n / 2) ** 0.5))
    for k in range(kinds):
        dump.define(0x200 + 8 * k, f"Shape{k}", 0x100, ["a", "b"])
    members = []
    for k in range(n // 2):
        one, other = at(n + 2 * k), at(n + 2 * k + 1)
        dump.instance(one, 0x200 + 8 * (k % kinds), other, 0)
        dump.instance(other, 0x200 + 8 * (k // kinds % kinds), one, 0)
        members.append(one)
    dump.array(at(0), members)
    dump.root(at(0))
    return dump


def long_names(n):
    """Names of classes and fields as long as they can be, in one cycle."""
    dump = Dump()
    count = max(2, n // 500)
    for k in range(count):
        dump.define(0x200 + 8 * k, f"p{k}/" + "N" * 60000, 0x100, [f"f{k}" + "x" * 60000])
        dump.instance(at(n + k), 0x200 + 8 * k, at(n + (k + 1) % count))
    dump.root(at(n))
    dump.objects = n
    return dump


def chain(n):
    """A list of everything, each referring to the one before as well."""
    dump = Dump()
    for k in range(n):
        dump.instance(at(k), 0x118, at(k + 1) if k + 1 < n else 0, at(k - 1) if k else 0)
    dump.root(at(0))
    return dump


SHAPES = [hub_back, hub_out, two_hubs, weak_hub, wide_class, wide_statics, many_roots, class_each, shapes, long_names, chain]
COMMANDS = [["summary", "--format", "json"], ["cycles", "--format", "json"], ["paths", "--format", "json", "#5"], ["diff", "--format", "json"],
            ["export", "--below", "roots"], ["browse", "--keys", "2 Enter Enter p 4 Enter i 3 / e Enter"]]


def cpu(arguments, limit):
    """CPU seconds of a run, the bytes that it prints, and what it says when it fails; it is killed after `limit` of them."""
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as output:
        confine = lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        process = subprocess.Popen(arguments, stdout=output, stderr=errors, preexec_fn=confine)
        _, status, usage = os.wait4(process.pid, 0)
        errors.seek(0)
        said = errors.read().decode(errors="replace")
        printed = os.fstat(output.fileno()).st_size
        return usage.ru_utime + usage.ru_stime, printed, "" if status == 0 else f"status {status}: {said[:200]}"


def main():
    refwalk, scale = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    n = int(120_000 * scale)
    beyond = []
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/dump.hprof"
        bytes_each, base = 0.0, {}

        def run(command):
            """CPU seconds, those an object, and what it says when it fails; the dump is there already."""
            arguments = [refwalk, command[0]] + ([path, path] if command[0] == "diff" else [path]) + command[1:]
            seconds, printed, said = cpu(arguments, 120)
            return seconds, seconds / (size + printed / bytes_each), said

        for make in [ordinary] + SHAPES:
            results = {}
            for count in (n // 4, n):
                dump = make(count)
                dump.write(path)
                if not bytes_each:
                    bytes_each = os.path.getsize(path) / dump.objects
                size = max(dump.objects, dump.references / 2, os.path.getsize(path) / bytes_each)
                for command in COMMANDS:
                    results[command[0], count] = run(command)
            row = []
            for command, *_ in COMMANDS:
                (small, small_each, _), (seconds, each, said) = results[command, n // 4], results[command, n]
                if make is ordinary:
                    base[command] = each
                ratio, growth = each / base[command], each / small_each
                is_beyond = said or seconds > LEAST and (ratio > LIMIT or growth > GROWTH)
                if is_beyond:
                    beyond.append(f"{make.__name__} {command}: {seconds:.2f} s, {ratio:.1f} ×, growth {growth:.1f} {said}")
                row.append(f"{command} {seconds:.2f} s {ratio:.1f}× {growth:.1f}{'!' if is_beyond else ''}")
            print(f"{make.__name__:13} {os.path.getsize(path) / 1e6:6.1f} MB {int(size):9,}  " + "  ".join(row), flush=True)
    for line in beyond:
        print("beyond:", line)
    sys.exit(1 if beyond else 0)


if __name__ == "__main__":
    main()
