#!/usr/bin/env python3
"""Retained size, dominator, and distance of every node of a heap snapshot, by the rules of Chrome DevTools.

A plain implementation of its own, with textbook algorithms (iterative dominators after Cooper, Harvey and Kennedy),
that shares nothing with refwalk: its results are what refwalk's tests compare with.

usage: devtools-vectors.py SNAPSHOT[.gz]              prints node index, retained size, dominator, distance
       devtools-vectors.py SNAPSHOT[.gz] FIGURES.tsv.gz  compares with figures that DevTools itself has computed
"""
import gzip, json, re, sys

SYSTEM_DISTANCE = 100_000_000
PAIR = re.compile(r"^\d+( / part of key \(.*? @\d+\) -> value \(.*? @\d+\) pair in WeakMap \(table @(\d+)\))$", re.S)


class Snapshot:
    def __init__(self, path):
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            raw = json.load(file)
        meta, nodes, edges, self.strings = raw["snapshot"]["meta"], raw["nodes"], raw["edges"], raw["strings"]
        fields, edge_fields = meta["node_fields"], meta["edge_fields"]
        stride = len(fields)
        node_types, edge_types = meta["node_types"][fields.index("type")], meta["edge_types"][0]

        def column(name):
            return nodes[fields.index(name) :: stride]

        self.count = len(nodes) // stride
        self.types = [node_types[t] for t in column("type")]
        self.names = [self.strings[n] for n in column("name")]
        self.ids, self.sizes = column("id"), column("self_size")
        self.edges = []
        position = 0
        for number in column("edge_count"):
            row = []
            for _ in range(number):
                kind, name, to = (edges[position + edge_fields.index(f)] for f in ("type", "name_or_index", "to_node"))
                kind = edge_types[kind]
                row.append((kind, name if kind in ("element", "hidden") else self.strings[name], to // stride))
                position += len(edge_fields)
            self.edges.append(row)

    def is_user_root(self, node):
        return self.types[node] != "synthetic" or self.names[node] == "(Document DOM trees)"


def page_objects(s):
    """What the page owns: all that its global objects and documents reach."""
    owned = set()
    for kind, _, to in s.edges[0]:
        if kind == "shortcut" or kind == "element" and s.names[to] == "(Document DOM trees)" and s.is_user_root(to):
            owned.add(to)
    work = list(owned)
    while work:
        for kind, _, to in s.edges[work.pop()]:
            if kind != "weak" and to not in owned:
                owned.add(to)
                work.append(to)
    return owned


def essential_edges(s):
    """By node what it keeps alive, in DevTools' eyes."""
    owned = page_objects(s)
    result = []
    for node, row in enumerate(s.edges):
        keeps = []
        for kind, name, to in row:
            if kind == "weak" or to == node or to == 0 or kind == "shortcut" and node != 0:
                continue
            pair = PAIR.match(name) if kind == "internal" else None
            if pair and int(pair[2]) == s.ids[node]:
                continue
            if node != 0 and to in owned and node not in owned:
                continue
            keeps.append(to)
        result.append(keeps)
    return result


def owned_sizes(s):
    """Self sizes after those of helpers went to the one node that owns them."""
    sizes = list(s.sizes)
    if not any(s.is_user_root(to) for _, _, to in s.edges[0]):
        return sizes
    unvisited, several = -1, -2
    owners = []
    for node in range(s.count):
        helper = s.types[node] in ("hidden", "array")
        helper = helper or s.types[node] == "native" and s.names[node] == "system / ExternalStringData"
        owners.append(unvisited if helper else node)
    work = [node for node in range(s.count) if owners[node] == node]
    while work:
        node = work.pop()
        for kind, _, to in s.edges[node]:
            if kind == "weak" or owners[to] in (to, owners[node], several):
                continue
            owners[to] = owners[node] if owners[to] == unvisited else several
            work.append(to)
    for node, owner in enumerate(owners):
        if owner >= 0 and owner not in (0, node) and s.types[owner] != "synthetic":
            sizes[owner] += sizes[node]
            sizes[node] = 0
    return sizes


def hang_orphans(keeps):
    """Nodes that nothing essential reaches hang below the root: first those that nothing refers to, then each that is
    left, whose references then count for nothing."""
    reached = [False] * len(keeps)

    def spread(start):
        work = [start]
        reached[start] = True
        while work:
            for to in keeps[work.pop()]:
                if not reached[to]:
                    reached[to] = True
                    work.append(to)

    spread(0)
    left = [node for node in range(len(keeps)) if not reached[node]]
    referred = {to for node in left for to in keeps[node]}
    for node in left:
        if node not in referred:
            keeps[0].append(node)
            spread(node)
    for node in left:
        if not reached[node]:
            keeps[0].append(node)
            keeps[node] = []


def dominators(keeps):
    order, number, state = [], [0] * len(keeps), [0] * len(keeps)
    path = [(0, iter(keeps[0]))]
    state[0] = 1
    while path:
        node, targets = path[-1]
        to = next((t for t in targets if not state[t]), None)
        if to is None:
            number[node] = len(order)
            order.append(node)
            path.pop()
        else:
            state[to] = 1
            path.append((to, iter(keeps[to])))
    referrers = [[] for _ in keeps]
    for node, row in enumerate(keeps):
        for to in row:
            referrers[to].append(node)
    above = [None] * len(keeps)
    above[0] = 0
    changed = True
    while changed:
        changed = False
        for node in reversed(order[:-1]):
            best = None
            for other in referrers[node]:
                if above[other] is None:
                    continue
                if best is None:
                    best = other
                    continue
                while best != other:
                    while number[best] < number[other]:
                        best = above[best]
                    while number[other] < number[best]:
                        other = above[other]
            if above[node] != best:
                above[node], changed = best, True
    return above, order


def distances(s):
    """From global objects and documents on, at 1; then from the root on, far away."""
    found = [None] * s.count
    pending = set()

    def counts(node, kind, name):
        if kind == "weak":
            return False
        if name == "sloppy_function_map" and s.names[node] == "system / NativeContext":
            return False
        if s.types[node] == "array" and s.names[node] == "(map descriptors)":
            # Descriptors of maps are shared by maps that do not have all of them.
            index = int(name) if str(name).isdigit() else None
            return index is None or index < 2 or index % 3 != 1
        pair = PAIR.match(name) if kind == "internal" else None
        if pair:
            # Of the two references to the value of a WeakMap entry the later one counts.
            if pair[1] in pending:
                pending.discard(pair[1])
                return True
            pending.add(pair[1])
            return False
        return True

    def search(queue):
        for node in queue:
            for kind, name, to in s.edges[node]:
                if found[to] is None and counts(node, kind, name):
                    found[to] = found[node] + 1
                    queue.append(to)

    roots = []
    for _, _, to in s.edges[0]:
        if s.is_user_root(to) and found[to] is None:
            found[to] = 1
            roots.append(to)
    search(roots)
    found[0] = SYSTEM_DISTANCE if roots else 0
    search([0])
    return found


def main():
    s = Snapshot(sys.argv[1])
    sizes, keeps = owned_sizes(s), essential_edges(s)
    hang_orphans(keeps)
    above, order = dominators(keeps)
    retained = list(sizes)
    for node in order[:-1]:
        retained[above[node]] += retained[node]
    rows = list(zip(range(s.count), retained, above, distances(s)))
    if len(sys.argv) == 2:
        print("# node index, retained size, dominator node index, distance: by the rules of Chrome DevTools")
        for row in rows:
            print(*("-" if value is None else value for value in row), sep="\t")
        return
    with gzip.open(sys.argv[2], "rt") as file:
        expected = [tuple(map(int, line.split())) for line in file if not line.startswith("#")]
    for index, name in enumerate(("index", "retained", "dominator", "distance")):
        wrong = [(a, b) for a, b in zip(rows, expected) if a[index] != b[index]]
        print(f"{name}: {len(wrong)} of {len(expected)} differ", *wrong[:3])
    sys.exit(rows != expected)


main()
