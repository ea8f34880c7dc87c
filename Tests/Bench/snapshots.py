#!/usr/bin/env python3
"""Measures refwalk on a V8 heap snapshot of 1 GB: reading its nodes and edges against a plain digit loop in C++, and
opening it with all analyses. CPU seconds, in turn, medians.

usage: snapshots.py REFWALK REFWALK-BENCH [FOLDER]
FOLDER keeps the snapshot (large.heapsnapshot, any other one of that name is taken as it is); without it one is written
and deleted again. BENCH_RUNS (5); BENCH_NODES (14000000).
"""
import json, os, pathlib, statistics, subprocess, sys, tempfile

from dumps import RUNS, WarmRead, compiled, measured

HERE = pathlib.Path(__file__).resolve().parent


def steps(arguments):
    """CPU seconds by step, and the checksum line."""
    _, _, output = measured(arguments)
    lines = [line.split(maxsplit=1) for line in output.decode().splitlines()]
    seconds = {key: float(value) for key, value in lines if key != "checksum"}
    return seconds, next(value for key, value in lines if key == "checksum")


def bench(refwalk, refwalk_bench, snapshot, programs):
    if not snapshot.exists():
        writer = compiled("snapshot", programs)
        subprocess.run([writer, os.environ.get("BENCH_NODES", "14000000"), snapshot], check=True)
    digits = compiled("digits", programs)
    WarmRead(programs)(snapshot)
    plain, arrays, members, opens = [], [], [], []
    for _ in range(RUNS):
        theirs, expected = steps([digits, snapshot])
        ours, found = steps([refwalk_bench, "arrays", snapshot])
        if expected != found:
            sys.exit(f"the two sides do not agree: {expected}, {found}")
        plain.append(theirs["arrays"])
        arrays.append(ours["arrays"])
        members.append(ours["members"])
        opens.append(measured([refwalk, "summary", "--format", "json", snapshot]))
    summary = json.loads(opens[0][2])
    loop, read, parts = (statistics.median(x) for x in (plain, arrays, members))
    whole, peak = statistics.median(x[0] for x in opens), max(x[1] for x in opens)
    print(
        f"V8: {snapshot.stat().st_size / 1e6:,.0f} MB, {summary['objects']:,} objects, "
        f"{summary['references']:,} references, medians of {RUNS}"
    )
    print(f"  plain digit loop, C++  {loop:6.2f} CPU s")
    print(f"  the same in refwalk    {read:6.2f} CPU s   {read / loop:4.2f} × the loop")
    print(f"    parts, strings found {parts:6.2f} CPU s   {(read + parts) / loop:4.2f} × with this")
    print(f"  load and all analyses  {whole:6.2f} CPU s   peak {peak:,.0f} MB", flush=True)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="refwalk-snapshots-") as programs:
        folder = pathlib.Path(sys.argv[3] if len(sys.argv) == 4 else programs)
        folder.mkdir(parents=True, exist_ok=True)
        bench(sys.argv[1], sys.argv[2], folder / "large.heapsnapshot", pathlib.Path(programs))


main()
