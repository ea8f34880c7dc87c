#!/usr/bin/env python3
"""Compares shallow and retained size and dominator of every object with Eclipse MAT's.

usage: mat.py REFWALK DUMP ROWS
ROWS (plain or .gz) has a line for each object that MAT knows: address in hex, class, shallow, retained, dominator (- for
a root), separated by tabs; row 0 is its loader of system classes. Ends with 1 when any object differs.
"""
import gzip, subprocess, sys

refwalk, dump, rows = sys.argv[1:4]
mat = {}
with (gzip.open(rows, "rt") if rows.endswith(".gz") else open(rows)) as lines:
    for line in lines:
        if not line.startswith("#"):
            address, name, shallow, retained, dominator = line.rstrip("\n").split("\t")[:5]
            mat[int(address, 16)] = (name, int(shallow), int(retained), dominator)
out = subprocess.run([refwalk, "objects", dump, "--policy", "mat", "--sizes", "mat", "--format", "tsv"],
                     stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
head = out[0][1:].strip().split("\t")
objects = [dict(zip(head, line.split("\t"))) for line in out[1:]]
address = {row["id"]: int(row["address"], 16) for row in objects}
differ, seen = [], set()
for row in objects:
    at = address[row["id"]]
    known = mat.get(at)
    if known is None:
        # Unreachable for MAT, which leaves it out.
        continue
    seen.add(at)
    dominator = "-" if row["dominator"] == "0" else "%x" % address.get(row["dominator"], -1)
    ours = (int(row["shallow"]), int(row["retained"]), dominator)
    if row["reachable"] != "1" or ours != known[1:]:
        differ.append((hex(at), known[0], "MAT", known[1:], "refwalk", ours))
missing = [hex(at) for at in mat if at not in seen]
print(f"{len(mat):,} objects, {len(differ):,} differ, {len(missing):,} missing")
for row in differ[:20]:
    print(" ", *row)
sys.exit(1 if differ or missing else 0)
