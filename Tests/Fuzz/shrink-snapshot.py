#!/usr/bin/env python3
"""Cuts a small snapshot out of a real one of V8: the first nodes that a breadth-first search from some plants and from
the root meets, with the references among them and their texts. Made the files of Tests/Fuzz/Corpus/v8.

usage: shrink-snapshot.py IN.heapsnapshot[.gz] OUT.heapsnapshot NODES CLASS... [--chromium]
--chromium lays it out as Chromium 156 does: six fields, no line breaks, more members.
"""
import gzip, json, sys


def main():
    chromium = "--chromium" in sys.argv
    source, target, limit, *classes = [word for word in sys.argv[1:] if word != "--chromium"]
    with (gzip.open if source.endswith(".gz") else open)(source) as file:
        snapshot = json.load(file)
    meta, nodes, edges, strings = snapshot["snapshot"]["meta"], snapshot["nodes"], snapshot["edges"], snapshot["strings"]
    stride, count = len(meta["node_fields"]), len(nodes) // len(meta["node_fields"])
    first = [0]
    for node in range(count):
        first.append(first[-1] + nodes[node * stride + 4])
    starts = [0] + [n for n in range(count) if strings[nodes[n * stride + 1]] in classes][:2 * len(classes)]
    # From the plants all that is near, of the root only its groups.
    kept, queue = dict.fromkeys(starts), list(starts)
    while queue and len(kept) < int(limit):
        node = queue.pop(0)
        for k in list(range(first[node], first[node + 1]))[:12]:
            to = edges[3 * k + 2] // stride
            if to not in kept and len(kept) < int(limit):
                kept[to] = None
                queue.append(to)
    order = sorted(kept)
    number = {node: index for index, node in enumerate(order)}
    texts = {}

    def text(index):
        return texts.setdefault(index, len(texts))

    text(0)
    fields = [0, 1, 2, 3, 4, 6] if chromium and stride == 7 else range(stride)
    edge_types = meta["edge_types"][0]
    new_nodes, new_edges, new_locations = [], [], []
    for node in order:
        own = []
        for k in range(first[node], first[node + 1]):
            kind, name, to = edges[3 * k : 3 * k + 3]
            if to // stride in number:
                numbered = edge_types[kind] in ("element", "hidden")
                own.append([kind, name if numbered else text(name), number[to // stride] * len(fields)])
        record = nodes[node * stride : node * stride + stride]
        record[1], record[4] = text(record[1]), len(own)
        new_nodes.append([record[field] for field in fields])
        new_edges += own
    location = len(meta["location_fields"])
    for at in range(0, len(snapshot["locations"]), location):
        record = snapshot["locations"][at : at + location]
        if record[0] // stride in number:
            new_locations.append([number[record[0] // stride] * len(fields), *record[1:]] + [0] * chromium)
    meta = dict(meta, node_fields=[meta["node_fields"][f] for f in fields], node_types=[meta["node_types"][f] for f in fields])
    header = dict(snapshot["snapshot"], meta=meta, node_count=len(new_nodes), edge_count=len(new_edges))
    if chromium:
        meta["location_fields"] = [*meta["location_fields"], "script_object_index"]
        header["extra_native_bytes"] = 4096

    def flat(records):
        return (("," if chromium else "\n,").join(",".join(map(str, record)) for record in records)) + "\n" * (not chromium)

    parts = [f'"snapshot":{json.dumps(header, separators=(",", ":"))}', f'"nodes":[{flat(new_nodes)}]', f'"edges":[{flat(new_edges)}]']
    for name in ("trace_function_infos", "trace_tree", "samples") + ("scopes", "scope_context_vars", "scope_uses") * chromium:
        parts.append(f'"{name}":[]')
    parts.append(f'"locations":[{flat(new_locations)}]')
    names = [json.dumps(strings[index][:200]) for index in texts]
    parts.append('"strings":[' + ",\n"[: 1 + (not chromium)].join(names) + "]")
    with open(target, "w") as file:
        file.write("{" + ("," if chromium else ",\n").join(parts) + "}")


main()
