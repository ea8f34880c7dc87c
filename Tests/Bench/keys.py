#!/usr/bin/env python3
"""Measures how long refwalk takes from a key to the frame it leads to, through a terminal of the kernel (a pty).

usage: keys.py REFWALK DUMP [--before EARLIER] [COLUMNSxROWS ...]     (80x24 and 160x50 when none is given)

For each screen keys are written one by one. "key" is the time until the frame that shows the key's effect has come
whole; "settled" until nothing more came, with what was worked out beside the screen. Milliseconds.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

QUIET = 0.12  # Nothing came for so long: the screen has settled.

# Screens, the keys that lead there from the overview, and the keys that are measured.
DOWN, UP, RIGHT, LEFT = "j", "k", "l", "h"
PAGES = ["\x06", "\x06", "\x02", "G", "g", "\x04", "\x15"]
# Views are as they were left: each way begins with the first row.
SCREENS = [
    ("overview", ["1", "g"], [DOWN] * 10 + [UP] * 10 + PAGES + ["f", "a", "\x7f", "\r"]),
    ("cycles", ["2", "g"], [DOWN] * 10 + [UP] * 10 + PAGES + list("sssSsssS%%%")),
    ("shape", ["2", "g", "\r"], [DOWN] * 10 + [UP] * 5 + PAGES + list("sssS")),
    ("cycle", ["2", "g", "\r", "\r"], list("vvvvbbbb") + [DOWN] * 6 + [UP] * 6 + PAGES),
    ("matrix", ["2", "g", "\r", "\r", "v"], [DOWN, UP, RIGHT, RIGHT, LEFT, "\r", DOWN, UP, "\x7f"] + PAGES),
    ("large cycle", ["2", "g", DOWN, "\r", "\r"], list("vvvvbb") + [DOWN] * 10 + [UP] * 5 + PAGES + ["B", DOWN, "B", "R"]),
    ("retention", ["3", "g", "H"], [DOWN] * 30 + [UP] * 29 + PAGES + [RIGHT, DOWN] * 12 + list("GgJJKK") + [LEFT] * 12),
    ("largest row", ["3", "g", "H", "G", RIGHT], ["G", UP, RIGHT, "G", "g", "G"] + [UP] * 20 + PAGES + ["L", "H"]),
    ("millions", ["3", "g", "H", DOWN], [RIGHT, DOWN, RIGHT, "G", UP, UP, "g", DOWN, DOWN, DOWN] + PAGES + ["L", "H"]),
    ("treemap", ["3", "g", "T"], [DOWN, RIGHT, UP, LEFT] * 5 + ["\r", DOWN, RIGHT, "\x7f", "T", "T"]),
    ("what-if", ["3", "g", "H", DOWN], ["B", DOWN, "B", DOWN, "B", UP, "B", DOWN, "R", "B", "i", "B", "p", "B", "R"]),
    ("object", ["3", "g", DOWN, "i"], ["\t"] * 8 + [DOWN] * 10 + PAGES + ["\t"] + PAGES + ["\t"] + PAGES),
    ("paths", ["3", "g", DOWN, "p"], [DOWN] * 10 + [UP] * 10 + PAGES + ["H", "L", "."]),
    ("deep paths", ["2", "g", "\r", "G", "p"], [DOWN] * 10 + [UP] * 10 + PAGES + ["H", "L"]),
    ("classes", ["4", "g"], [DOWN] * 10 + [UP] * 10 + PAGES + list("sSssSs")),
    ("instances", ["4", "g", "\r"], [DOWN] * 20 + [UP] * 10 + PAGES + list("sSs")),
    ("filter", ["4", "g", "\r"], ["f", "4", "5", "\x7f", "\x7f", "\r"]),
    ("search rows", ["4", "g", "\r"], ["/", "z", "q", "z", "\r", DOWN, "n", DOWN, "N", DOWN]),
    ("search tree", ["3", "g"], ["/", "6", "4", "8", "\x7f", "\r", "n", "n", "N", DOWN]),
    ("search heap", ["1"], ["/", "\t", "6", "4", "\r", DOWN, DOWN, "\x03"]),
    ("search content", ["1"], ["/", '"', "a", "b", "\r", DOWN, UP, "?", DOWN, "q", "\x03"]),
    ("found", ["1", "/", "\t", "6", "4", "\r"], [DOWN] * 10 + PAGES + list("sSsn") + ["f", "a", "\r"]),
    ("marks", ["2", "g", " ", "5"], ["m", "a", "b", "\x1b[A", "\r", " ", "u", "u", "u"]),
    ("help", ["2", "?"], [DOWN] * 5 + ["\x06", "\x06", "G", "g", "q"]),
    ("places", ["1"], list("2345123451") + ["3", DOWN, "i", "[", "]", "[", "?", "\x06", "\x1bOP", "z", "z"]),
    ("largest class", ["4", "s", "g", "\r"], [DOWN] * 20 + PAGES + list("sSs") + ["i", "\t", "\t", "\x7f", "p", "\x7f", "t"]),
]

# The one that there is with an earlier dump only.
DIFF = ("diff", ["6", "g"], [DOWN] * 10 + [UP] * 10 + PAGES + list("sssSs") + [" ", "\r", "[", "f", "a", "\x7f", "\r"])


class Terminal:
    """refwalk in a pty; everything it writes is read and dropped."""

    def __init__(self, arguments, columns, rows):
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.environ["TERM"] = "xterm-256color"
            os.environ["LC_ALL"] = "C.UTF-8"
            os.environ["XDG_STATE_HOME"] = "/dev/null"  # Nothing is remembered.
            os.execv(arguments[0], arguments)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, timeout):
        ready, _, _ = select.select([self.file], [], [], timeout)
        return os.read(self.file, 1 << 16) if ready else None

    def wait_for(self, text, seconds=600):
        seen = b""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            part = self.read(1.0)
            if part:
                seen = (seen + part)[-200_000:]
                if text in seen:
                    return
        raise SystemExit(f"keys.py: {text!r} was not shown")

    def settle(self, quiet=QUIET):
        while self.read(quiet):
            pass

    def press(self, key):
        """Seconds to the frame, and to the last one; None when nothing was drawn.

        A frame is computed as a whole before anything of it is written: what comes first tells when it was ready.
        What is worked out beside the keys draws more frames, also many close together.
        """
        start = time.monotonic()
        os.write(self.file, key.encode())
        first = last = None
        while self.read(QUIET) is not None:
            last = time.monotonic()
            first = first or last
        return (first - start, last - start) if last else None

    def end(self):
        os.write(self.file, b"\x1bQ")
        time.sleep(0.2)
        os.write(self.file, b"Q")
        os.close(self.file)
        os.waitpid(self.process, 0)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] * 1000 if values else float("nan")


def measure(refwalk, dump, before, columns, rows):
    marks = f"{os.environ.get('TMPDIR', '/tmp')}/refwalk-keys-{os.getpid()}.marks"
    against = ["--before", before] if before else []
    terminal = Terminal([refwalk, dump, "--marks", marks] + against, columns, rows)
    print(f"{columns}x{rows}")
    print(f"{'screen':<15}{'keys':>6}{'key p50':>10}{'p99':>8}{'max':>8}{'settled p50':>13}{'max':>8}   slowest")
    everything = []
    try:
        terminal.wait_for(b"Suspects")
        if before:
            terminal.wait_for(b"6 Diff: ")
        terminal.settle()
        for name, way, keys in SCREENS + ([DIFF] if before else []):
            for key in ["\x1b", "1"] + way:
                terminal.press(key)
            # What is worked out for the screen has come.
            terminal.settle(2.0)
            found = []
            for key in keys:
                times = terminal.press(key)
                if times:
                    found.append((*times, key))
            firsts = [entry[0] for entry in found]
            lasts = [entry[1] for entry in found]
            everything += firsts
            slowest = repr(max(found)[2]) if found else ""
            print(
                f"{name:<15}{len(found):>6}{percentile(firsts, 0.5):>10.2f}{percentile(firsts, 0.99):>8.2f}"
                f"{percentile(firsts, 1):>8.2f}{percentile(lasts, 0.5):>13.2f}{percentile(lasts, 1):>8.2f}   {slowest}",
                flush=True,
            )
        print(f"{'all':<15}{len(everything):>6}{percentile(everything, 0.5):>10.2f}{percentile(everything, 0.99):>8.2f}"
              f"{percentile(everything, 1):>8.2f}")
    finally:
        terminal.end()
        for suffix in ["", ".lock"]:
            if os.path.exists(marks + suffix):
                os.remove(marks + suffix)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    rest, earlier = sys.argv[3:], None
    if rest[:1] == ["--before"] and len(rest) > 1:
        earlier, rest = rest[1], rest[2:]
    for size in rest or ["80x24", "160x50"]:
        width, height = size.split("x")
        measure(sys.argv[1], sys.argv[2], earlier, int(width), int(height))
