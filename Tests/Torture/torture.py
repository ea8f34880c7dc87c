#!/usr/bin/env python3
"""Tortures refwalk: random journeys on mutated dumps of every format, kill -9 while marks are written, a full disk, two
writers, a storm of resizes and signals, random keys through a real terminal, too little memory. Ends by itself.

usage: torture.py REFWALK [MINUTES]
MINUTES (20) are divided among the parts. TORTURE_SEED (1) begins other journeys. Prints counts of runs, crashes, hangs
over 10 s (worked, or slept, for that long), memory over 20 × the file (and 200 MB), marks lost; ends with 1 unless all
but the runs are zero. What breaks it is kept in .build/torture.
"""
import fcntl, gzip, os, pathlib, pty, random, resource, select, shutil, signal, struct, subprocess, sys, tempfile, termios, time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = REPOSITORY / "Tests/DumpLoadingTests/Fixtures"
KEPT = REPOSITORY / ".build/torture"
RANDOM = random.Random(int(os.environ.get("TORTURE_SEED", "1")))
HANG = 10
KEYS = "1 2 3 4 5 6 Up Down Left Right PgUp PgDn Home End Enter Esc Tab S-Tab Space p i e y c . m n N / : ? s S r w u x t g G z v o + - < > * BS F1 \"foo\" \"#5\" \"@7\"".split()
counts = dict.fromkeys(["runs", "crashes", "hangs", "memory", "marks lost"], 0)


def keep(name, *files):
    KEPT.mkdir(parents=True, exist_ok=True)
    for file in files:
        if os.path.exists(file):
            shutil.copy(file, KEPT / f"{name}-{os.path.basename(file)}")


def environment(folder):
    return {**os.environ, "XDG_STATE_HOME": str(folder), "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8",
            "SWIFT_BACKTRACE": "enable=no", "TERM": "xterm-256color"}


def worked(process):
    """The CPU time that a process has taken, and whether it has something to do."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_bytes().rsplit(b") ", 1)[1].split()
    except (OSError, IndexError):
        return 0.0, True
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), fields[0] in b"RDZ"


class Patience:
    """Whether a process hangs: it worked for 10 s, or was not seen to work for 10 s. One that waits for its turn on a busy
    machine does neither."""

    def __init__(self, process):
        self.process = process
        self.began, _ = worked(process)
        self.last, self.idle_since, self.looked = self.began, time.monotonic(), 0.0

    def is_over(self):
        now = time.monotonic()
        if now - self.looked < 0.2:
            return False
        self.looked = now
        cpu, is_ready = worked(self.process)
        if cpu > self.last or is_ready:
            self.last, self.idle_since = cpu, now
        return cpu - self.began > HANG or now - self.idle_since > HANG


class Ended:
    """How a process ended: its status as os.wait4 has it, and its peak memory in bytes. `meanwhile` is done while it is
    waited for."""

    def __init__(self, process, meanwhile=lambda: time.sleep(0.003)):
        patience = Patience(process)
        self.hung = False
        while True:
            done, self.status, usage = os.wait4(process, os.WNOHANG)
            if done:
                break
            if patience.is_over():
                self.hung = True
                print("hangs:", pathlib.Path(f"/proc/{process}/status").read_text().split("\n")[2],
                      pathlib.Path(f"/proc/{process}/wchan").read_text(), flush=True)
                os.kill(process, signal.SIGKILL)
                _, self.status, usage = os.wait4(process, 0)
                break
            meanwhile()
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss * 1024

    @property
    def crashed(self):
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) in (
            signal.SIGILL, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGTRAP)


def count(ended, what, size, *files):
    counts["runs"] += 1
    if ended.hung:
        counts["hangs"] += 1
        print("hang:", what, flush=True)
        keep(f"hang-{counts['hangs']}", *files)
    if ended.crashed:
        counts["crashes"] += 1
        print("crash:", what, "signal", os.WTERMSIG(ended.status), flush=True)
        keep(f"crash-{counts['crashes']}", *files)
    if ended.peak > max(20 * size, 200 << 20):
        counts["memory"] += 1
        print(f"memory: {ended.peak >> 20} MB for {size} bytes:", what, flush=True)
        keep(f"memory-{counts['memory']}", *files)


def sources():
    """Dumps of every format, and an executable, unpacked."""
    result = {}
    for name in ["small-before.heapdump", "jvm-small-live.hprof", "jvm-25-compact.hprof", "v8-small.heapsnapshot", "leaky.elf"]:
        result[name] = gzip.decompress((FIXTURES / f"{name}.gz").read_bytes())
    for corpus in ["go", "hprof", "v8"]:
        for file in sorted((REPOSITORY / "Tests/Fuzz/Corpus" / corpus).iterdir())[:6]:
            result[f"{corpus}-{file.name}"] = file.read_bytes()
    return result


NUMBERS = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, (1 << 64) - 8]


def mutated(data):
    data = bytearray(data)
    for _ in range(1 << RANDOM.randrange(8)):
        place = RANDOM.randrange(max(1, len(data)))
        kind = RANDOM.randrange(8)
        if kind < 3:
            data[place:place + 1] = bytes([RANDOM.randrange(256)])
        elif kind == 3:
            size = RANDOM.choice([1, 2, 4, 8])
            data[place:place + size] = (RANDOM.choice(NUMBERS) & ((1 << 8 * size) - 1)).to_bytes(size, RANDOM.choice(["big", "little"]))
        elif kind == 4:
            other = RANDOM.randrange(max(1, len(data)))
            length = RANDOM.choice([8, 64, 1024])
            data[place:place + length] = data[other:other + length]
        elif kind == 5:
            del data[place:place + RANDOM.choice([1, 8, 100])]
        elif kind == 6:
            data[place:place] = bytes(RANDOM.choice([1, 8, 4096]))
        else:
            data[place:place + 40] = RANDOM.choice([b"0", b"9", b",", b"]", b"\"", b"\x00", b"\xff"]) * min(40, len(data) - place)
    if RANDOM.randrange(6) == 0:
        del data[RANDOM.randrange(max(1, len(data))):]
    return bytes(data)


def journey(refwalk, folder, all_sources, names):
    """A mutated dump, opened by a command or by keys."""
    name = RANDOM.choice(names)
    dump = folder / "dump"
    data = mutated(all_sources[name])
    if RANDOM.randrange(8) == 0:
        packed = bytearray(gzip.compress(data, 1))
        if RANDOM.randrange(2):
            packed[RANDOM.randrange(len(packed))] ^= 1 << RANDOM.randrange(8)
        dump.write_bytes(packed)
    else:
        dump.write_bytes(data)
    files, size = [dump], max(len(data), dump.stat().st_size)
    command = RANDOM.choice([["summary"], ["cycles", "--format", "json"], ["classes"], ["objects"], ["roots"], ["paths", f"#{RANDOM.randrange(1, 2000)}"],
                             ["export", "--below", "roots", "--values"], ["diff"], ["browse"], ["browse"], ["browse"], ["browse"]])
    arguments = [str(refwalk), command[0]] + [str(dump)] * (2 if command[0] == "diff" else 1) + command[1:]
    if command[0] == "browse":
        keys = " ".join(RANDOM.choice(KEYS) for _ in range(RANDOM.randrange(1, 40)))
        arguments += ["--keys", keys, "--frame", f"{RANDOM.randrange(1, 200)}x{RANDOM.randrange(1, 60)}"]
    if name.endswith(".heapdump") and RANDOM.randrange(2):
        executable = folder / "app"
        executable.write_bytes(mutated(all_sources["leaky.elf"]))
        files.append(executable)
        size += executable.stat().st_size
        arguments += ["--executable", str(executable)] if RANDOM.randrange(2) else []
    elif (folder / "app").exists():
        (folder / "app").unlink()
    errors = folder / "errors"
    with open(errors, "wb") as said:
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, env=environment(folder / "state"))
        ended = Ended(process.pid)
    count(ended, " ".join(arguments), size, *files)
    text = errors.read_bytes()
    if os.WIFEXITED(ended.status) and os.WEXITSTATUS(ended.status) == 2 and text.count(b"\n") == 0 or b"\x1b" in text:
        counts["crashes"] += 1
        print("words:", text[:300], " ".join(arguments), flush=True)
        keep(f"crash-{counts['crashes']}", *files)


class Browser:
    """refwalk in a terminal of its own, whose screen is thrown away."""

    def __init__(self, refwalk, arguments, folder, rows=24, columns=80, before=lambda: None):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            # nohup, under which this may run, has it ignored.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.environ.clear()
            os.environ.update(environment(folder))
            before()
            os.execv(refwalk, [str(refwalk)] + [str(word) for word in arguments])
        self.resize(rows, columns)
        self.shown = b""

    def resize(self, rows, columns):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        """Reads what it draws for a while; false when it is gone."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self.terminal], [], [], left)
            if not ready:
                return True
            try:
                piece = os.read(self.terminal, 1 << 16)
            except OSError:
                return False
            if not piece:
                return False
            self.shown = (self.shown + piece)[-200_000:]
        return True

    def wait_for(self, text, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text in self.shown:
                return True
            if not self.read(0.05):
                return text in self.shown
        return False

    def type(self, keys):
        """False when it takes nothing any more."""
        ready = select.select([], [self.terminal], [], HANG)[1]
        if not ready:
            return False
        try:
            os.write(self.terminal, keys)
        except OSError:
            return False
        return True

    def mark(self, number):
        """Goes to the object of that number and marks it."""
        self.type(b":#%d\r " % number)

    def end(self):
        """Waits for its end while the terminal is read."""
        ended = Ended(self.process, lambda: self.read(0.02) or time.sleep(0.01))
        self.read(0.1)
        os.close(self.terminal)
        return ended


def sample(folder):
    dump = folder / "sample.heapdump"
    if not dump.exists():
        dump.write_bytes(gzip.decompress((REPOSITORY / "Samples/go-leaks/after.heapdump.gz").read_bytes()))
    return dump


SEQUENCES = [b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[5~", b"\x1b[6~", b"\x1b[H", b"\x1b[F", b"\x1b", b"\r", b"\t", b" ", b"\x7f", b"\x0c",
             b"\x1b[200~pasted\x1b[31m\ntext\x1b[201~", b"\x1b[<0;5;5M", b"\xff\xfe", b"\xe9", b"\x1b[999999;1H", b"\x00"]


def random_keys(refwalk, folder, storm):
    """Random keys, with resizes and signals between them where there is a storm."""
    browser = Browser(refwalk, [sample(folder)], folder / "state")
    browser.wait_for(b"verview")
    for _ in range(60):
        keys = b"".join(RANDOM.choice(SEQUENCES) if RANDOM.randrange(3) == 0 else bytes([RANDOM.choice([k for k in range(33, 127) if k != ord("q")])])
                        for _ in range(RANDOM.randrange(1, 30)))
        # No key that ends it or stops it, and none that starts an editor.
        keys = keys.replace(b"q", b"").replace(b"Q", b"").replace(b"\x1a", b"").replace(b"E", b"")
        if keys and not browser.type(keys):
            break
        if storm:
            for _ in range(RANDOM.randrange(20)):
                browser.resize(RANDOM.randrange(1, 120), RANDOM.randrange(1, 300))
                if RANDOM.randrange(3) == 0:
                    os.kill(browser.process, RANDOM.choice([signal.SIGWINCH, signal.SIGCONT, signal.SIGURG]))
        if not browser.read(0.02):
            break
    os.kill(browser.process, RANDOM.choice([signal.SIGTERM, signal.SIGHUP]))
    count(browser.end(), "random keys" + (" in a storm" if storm else ""), sample(folder).stat().st_size)


def lines_of(path):
    """The marks in a file, by their targets."""
    if not path.exists():
        return set()
    found = set()
    for line in path.read_bytes().split(b"\n"):
        parts = line.split(b"\t")
        if len(parts) == 15:
            found.add((parts[4], parts[5], parts[6]))
    return found


def wait_until(holds, browsers, seconds=30):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        for browser in browsers:
            browser.read(0.05)


def marks_killed(refwalk, folder):
    """Marks are made, the process is killed: what was said to be marked is in the file."""
    for name in ["sample.heapdump.marks"]:
        (folder / name).unlink(missing_ok=True)
    dump = sample(folder)
    marks = folder / "sample.heapdump.marks"
    before = set()
    for _ in range(4):
        browser = Browser(refwalk, [dump], folder / "state", rows=40)
        browser.wait_for(b"verview")
        browser.read(0.5)
        for _ in range(RANDOM.randrange(1, 12)):
            browser.mark(RANDOM.randrange(1, 5000))
            browser.read(RANDOM.random() * 0.1)
        if RANDOM.randrange(2):
            time.sleep(RANDOM.random() * 0.05)
        known = lines_of(marks)
        os.kill(browser.process, signal.SIGKILL)
        count(browser.end(), "kill -9 while marks are written", dump.stat().st_size)
        now = lines_of(marks)
        # What the file held a moment before the end is there still.
        lost = known - now
        counts["marks lost"] += len(lost)
        if marks.exists() and not marks.read_bytes().count(b"refwalk-marks\t1\n") == 1:
            counts["marks lost"] += 1
            keep("marks", marks)
        before = now
    check = subprocess.run([str(refwalk), "export", str(dump), "--format", "json"], env=environment(folder / "state"), capture_output=True)
    count_marks = check.stdout.count(b'"verdict"')
    if check.returncode != 0 or count_marks < len(before):
        counts["marks lost"] += max(1, len(before) - count_marks)
        print("marks lost:", check.returncode, count_marks, len(before), check.stderr[:200], flush=True)


def two_writers(refwalk, folder):
    """Two browsers mark different things in one file at once: both are there in the end."""
    marks = folder / "sample.heapdump.marks"
    marks.unlink(missing_ok=True)
    dump = sample(folder)
    browsers = [Browser(refwalk, [dump], folder / "state", rows=40) for _ in range(2)]
    for browser in browsers:
        browser.wait_for(b"verview")
        browser.read(0.5)
    for step in range(10):
        for index, browser in enumerate(browsers):
            browser.mark(100 + 1000 * index + step)
            browser.read(RANDOM.random() * 0.05)
    for browser in browsers:
        # Until the last one is said to be marked, however busy the machine is.
        wait_until(lambda: len(lines_of(marks)) >= 20, browsers)
        browser.type(b"Q")
    for browser in browsers:
        count(browser.end(), "two writers", dump.stat().st_size)
    found = len(lines_of(marks))
    # How many each made is in what it showed last; both made ten.
    if found < 20:
        counts["marks lost"] += 20 - found
        print("two writers:", found, "of 20 marks", flush=True)
        keep("two-writers", marks)


def full_disk(refwalk, folder):
    """Marks while the disk is full: none is lost, and all are there when there is space again. Needs the right to mount."""
    disk = folder / "disk"
    disk.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True).returncode:
        return False
    try:
        dump = disk / "sample.heapdump"
        shutil.copy(sample(folder), dump)
        browser = Browser(refwalk, [dump], folder / "state", rows=50)
        browser.wait_for(b"verview")
        browser.read(0.5)
        for step in range(10):
            browser.mark(100 + step)
            browser.read(0.1)
        wait_until(lambda: len(lines_of(disk / "sample.heapdump.marks")) >= 10, [browser])
        try:
            with open(disk / "filler", "wb") as filler:
                while True:
                    filler.write(b"x" * 4096)
                    filler.flush()
        except OSError:
            pass
        for step in range(10):
            browser.mark(200 + step)
            browser.read(0.1)
        elsewhere = lambda: max([len(lines_of(file)) for file in (folder / "state").glob("**/*.marks")], default=0)
        wait_until(lambda: elsewhere() >= 20, [browser])
        browser.type(b"Q")
        count(browser.end(), "marks on a full disk", dump.stat().st_size)
        (disk / "filler").unlink()
        check = subprocess.run([str(refwalk), "export", str(dump), "--format", "json"], env=environment(folder / "state"), capture_output=True)
        counts["runs"] += 1
        found = check.stdout.count(b'"verdict"')
        if found < 20:
            counts["marks lost"] += 20 - found
            print("full disk:", found, "of 20 marks", check.stderr[:200], flush=True)
    finally:
        subprocess.run(["umount", "-l", str(disk)])
    return True


def control_group(limit):
    """A new control group that may have so many bytes: where processes are put into it, and how it goes; None where none
    can be made."""
    name = f"refwalk-torture-{os.getpid()}"
    for base, file in [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")]:
        group = pathlib.Path(base) / name
        try:
            group.mkdir(exist_ok=True)
            (group / file).write_text(str(limit))
            return group
        except OSError:
            try:
                group.rmdir()
            except OSError:
                pass
    return None


def large(folder):
    """A dump of 400,000 objects."""
    dump = folder / "large.hprof"
    if not dump.exists():
        sys.path.insert(0, str(REPOSITORY / "Tests/Bench"))
        import shapes
        shapes.ordinary(400_000).write(dump)
    return dump


def too_little_memory(refwalk, folder):
    """A limit on memory, of the process or of a control group, for a command and for the browser: it does, or the end is
    one line, code 2, and a terminal as it was."""
    dump = large(folder)
    limit = RANDOM.randrange(20, 400) << 20
    group = control_group(limit) if RANDOM.randrange(2) else None

    def confine():
        if group:
            (group / "cgroup.procs").write_text(str(os.getpid()))
        else:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    what = f"{limit >> 20} MB in {'a control group' if group else 'all'}"
    if RANDOM.randrange(2):
        command = RANDOM.choice([["summary"], ["cycles", "--format", "json"], ["objects"], ["export", "--below", "roots"]])
        errors = folder / "errors"
        with open(errors, "wb") as said:
            process = subprocess.Popen([refwalk, command[0], dump] + command[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=said, env=environment(folder / "state"), preexec_fn=confine)
            ended = Ended(process.pid)
        text = errors.read_bytes()
    else:
        command = ["browse"]
        browser = Browser(refwalk, [dump], folder / "state", columns=160, before=confine)
        if browser.wait_for(b"Suspects", 30):
            browser.type(b"2\r" + RANDOM.choice([b"bB", b"4p", b"3T", b"/next\r"]))
            browser.read(1)
            browser.type(b"\x1bQ")
        ended = browser.end()
        text = browser.shown
        if b"not enough memory" in text and b"\x1b[?1049h" in text:
            given_back = text.rfind(b"\x1b[?1049l")
            if given_back < text.rfind(b"\x1b[?1049h") or text.rfind(b"not enough memory") < given_back:
                counts["crashes"] += 1
                print("the line is lost in the alternate screen:", what, text[-300:], flush=True)
        # Keys that nobody took any more are echoed behind it.
        line = text.rfind(b"refwalk: ")
        text = text[line:text.find(b"\n", line) + 1] if line >= 0 else text[-300:]
    count(ended, f"{command[0]} with {what}", dump.stat().st_size, *([] if group else [dump]))
    code = os.WEXITSTATUS(ended.status) if os.WIFEXITED(ended.status) else -os.WTERMSIG(ended.status)
    # Below what the program itself takes the system's loader speaks.
    if code not in (0, 127) and not (code == 2 and text.count(b"\n") == 1 and b": not enough memory: " in text):
        counts["crashes"] += 1
        print("too little memory:", command[0], what, "ended with", code, text[-300:], flush=True)
    if group:
        group.rmdir()


def main():
    refwalk = pathlib.Path(sys.argv[1]).resolve()
    minutes = float(sys.argv[2]) if len(sys.argv) > 2 else 20
    all_sources = sources()
    # The largest take a second each; most journeys go through small ones.
    names = [name for name in all_sources if name != "leaky.elf"]
    small = [name for name in names if len(all_sources[name]) < 200_000]
    with tempfile.TemporaryDirectory(prefix="refwalk-torture-") as place:
        folder = pathlib.Path(place)
        (folder / "state").mkdir()
        if not full_disk(refwalk, folder):
            print("full disk: left out, nothing can be mounted here", flush=True)

        def until(share, work):
            end = time.monotonic() + minutes * 60 * share
            before = counts["runs"]
            while time.monotonic() < end:
                work()
            return counts["runs"] - before

        parts = [
            ("kill -9 while marks are written", 0.08, lambda: marks_killed(refwalk, folder)),
            ("two writers", 0.06, lambda: two_writers(refwalk, folder)),
            ("random keys", 0.1, lambda: random_keys(refwalk, folder, storm=False)),
            ("storm of resizes and signals", 0.1, lambda: random_keys(refwalk, folder, storm=True)),
            ("too little memory", 0.06, lambda: too_little_memory(refwalk, folder)),
            ("journeys on small mutated dumps", 0.39, lambda: journey(refwalk, folder, all_sources, small)),
            ("journeys on real mutated dumps", 0.2, lambda: journey(refwalk, folder, all_sources, names)),
        ]
        for name, share, work in parts:
            print(f"{name}: {until(share, work)} runs", flush=True)
    print("  ".join(f"{name} {number}" for name, number in counts.items()), flush=True)
    sys.exit(1 if any(number for name, number in counts.items() if name != "runs") else 0)


main()
