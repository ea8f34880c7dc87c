#!/usr/bin/env python3
"""Runs the bank of leak scenarios: what refwalk names first, against what a person who knows the program would name.

    run.py REFWALK [--made FOLDER] [NAME ...]

Each folder beside this file that has a case.json is a scenario; its keys are in README.md. A dump that is not kept is
looked for in FOLDER/NAME, where make.py puts it; a scenario without one is counted as skipped. Exit code 1 when a
scenario is wrong.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def strings(value):
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def words(suspect):
    """What a suspect says: its title, its holder, its reasons."""
    said = [suspect.get("title") or suspect.get("class"), suspect.get("holder"), *suspect["reasons"]]
    return " | ".join(text for text in said if text)


def titled(summary, text):
    """The summary with the titles of its suspects, which the text form shows where the JSON form has none."""
    titles = re.findall(r"^  \S+ \S+  \S+ %  (.*)$", text.partition("\nSuspects\n")[2], re.MULTILINE)
    for suspect, title in zip(summary["suspects"], titles):
        suspect.setdefault("title", title)
    return summary


def judge(case, summary):
    """Whether the summary names the culprit, and why not."""
    wrong = []
    leading = summary["suspects"][: case.get("among", 1)]

    def names(suspect):
        missing = [name for name in case.get("names", []) if not re.search(name, words(suspect))]
        if suspect["retained"] < case.get("least", 0):
            missing.append(f"at least {case['least']:,} B")
        return missing

    found = [names(suspect) for suspect in leading]
    if case.get("names") and [] not in found:
        wrong.append("not named: " + (", ".join(min(found, key=len)) if found else "there is no suspect"))
    said = " | ".join(words(suspect) for suspect in leading)
    unreachable = summary["islands"].get("words") or ""
    for key, text in (("never", said), ("neverOfUnreachable", unreachable)):
        found = [re.search(word, text) for word in case.get(key, [])]
        wrong += [f"says “{match[0]}”" for match in found if match]
    whole = " | ".join(strings(summary))
    wrong += [f"does not say “{word}”" for word in case.get("says", []) if not re.search(word, whole)]
    return wrong


def unpacked(path, folder):
    """The file without .gz, unpacked into the folder."""
    out = os.path.join(folder, os.path.basename(path)[:-3])
    with gzip.open(path) as source, open(out, "wb") as target:
        shutil.copyfileobj(source, target)
    return out


def run(refwalk, folders, case, scratch):
    """The summary of the case's dump as JSON; None where there is no dump."""
    def place(name):
        return next((p for p in (os.path.join(f, name) for f in folders if f) if os.path.exists(p)), None)

    dump = place(case["dump"])
    if not dump:
        return None
    words = [refwalk, "summary", dump]
    if case.get("executable"):
        executable = place(case["executable"])
        if not executable:
            return None
        words += ["--executable", unpacked(executable, scratch) if executable.endswith(".gz") else executable]
    environment = dict(os.environ, XDG_STATE_HOME=scratch, HOME=scratch)
    forms = []
    for form in ("json", "text"):
        done = subprocess.run(
            words + ["--format", form], capture_output=True, text=True, env=environment, timeout=300)
        if done.returncode:
            return {"suspects": [], "islands": {}, "error": done.stderr.strip()[:200]}
        forms.append(done.stdout)
    return titled(json.loads(forms[0]), forms[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("refwalk")
    parser.add_argument("--made", help="where make.py puts the dumps that are not kept")
    parser.add_argument("names", nargs="*")
    options = parser.parse_intermixed_args()
    every = sorted(name for name in os.listdir(HERE) if os.path.exists(os.path.join(HERE, name, "case.json")))
    right, failed, skipped = [], [], []
    for name in options.names or every:
        with open(os.path.join(HERE, name, "case.json")) as text:
            case = json.load(text)
        folders = [os.path.join(HERE, name), os.path.join(options.made, name) if options.made else None]
        with tempfile.TemporaryDirectory() as scratch:
            summary = run(options.refwalk, folders, case, scratch)
        if summary is None:
            skipped.append(name)
            continue
        wrong = [summary["error"]] if "error" in summary else judge(case, summary)
        (failed if wrong else right).append(name)
        first = f"{summary['suspects'][0]['retained']:,} B: {words(summary['suspects'][0])}" if summary["suspects"] else "none"
        print(f"{name}: {'WRONG' if wrong else 'right'}")
        print(f"    expected  {case['culprit']}")
        print(f"    first     {first[:300]}")
        for line in wrong:
            print(f"    but       {line}")
    if skipped:
        print("no dump here (make.py makes them): " + ", ".join(skipped))
    if failed:
        print("wrong: " + ", ".join(failed))
    tried = len(right) + len(failed)
    print(f"{len(right)} of {tried} first suspects name the culprit ({100 * len(right) / max(tried, 1):.0f} %)")
    print(f"{len(right)} passed, {len(failed)} failed, {len(skipped)} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
