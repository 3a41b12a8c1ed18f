"""Runs every check in order, each to its end, and closes with one line that adds them up."""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COUNT = re.compile(r"(\d+) (passed|failed|errors?)\b")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
STEPS = ("lint", "imports", ("types", "front"), "unit", "integration", "semantics", "security", "e2e")
"""In order; those in a tuple run beside each other, since one processor is idle in each."""


def step(name, *, is_quiet=False):
    """Run one target of the Makefile; give whether it held and what its test runner counted. Quiet: say all at the end."""
    said = ["==> make " + name + "\n"] if is_quiet else None
    if not is_quiet:
        print("==> make " + name, flush=True)
    began = time.monotonic()
    env = dict(os.environ, PYTHONUNBUFFERED="1")
    child = subprocess.Popen(
        ["make", "--no-print-directory", name],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    last = ""
    for line in child.stdout:
        if is_quiet:
            said.append(line)
        else:
            sys.stdout.write(line)
            sys.stdout.flush()
        text = ANSI.sub("", line)
        if ("passed" in text or "failed" in text) and COUNT.search(text) and "Test Files" not in text:
            last = text
    held = child.wait() == 0
    if is_quiet:
        sys.stdout.write("".join(said))
    print("==> %s: %s in %.0f s" % (name, "ok" if held else "FAILED", time.monotonic() - began), flush=True)
    counts = {"passed": 0, "failed": 0}
    for number, kind in COUNT.findall(last):
        counts["passed" if kind == "passed" else "failed"] += int(number)
    return held, counts


def results(names):
    """Run steps one after another, and those in a tuple at the same time."""
    for name in names:
        if isinstance(name, str):
            yield (name, *step(name))
            continue
        with ThreadPoolExecutor() as pool:
            waiting = [(one, pool.submit(step, one, is_quiet=True)) for one in name]
            for one, done in waiting:
                yield (one, *done.result())


def main():
    """Run the steps; one that fails does not hide the next."""
    names = sys.argv[1:] or STEPS
    began, broken, passed, failed = time.monotonic(), [], 0, 0
    for name, held, counts in results(names):
        passed += counts["passed"] + (held and not any(counts.values()))
        failed += counts["failed"] or (not held)
        broken += [] if held else [name]
    print("==> %.0f s in all%s" % (time.monotonic() - began, "; failed: " + ", ".join(broken) if broken else ""))
    print("%d passed, %d failed" % (passed, failed), flush=True)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
