"""Runs every check in order, each to its end, and closes with one line that adds them up."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COUNT = re.compile(r"(\d+) (passed|failed|errors?)\b")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
STEPS = ("lint", "types", "imports", "front", "unit", "integration", "semantics", "security", "e2e")


def step(name):
    """Run one target of the Makefile; give whether it held and what its test runner counted."""
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
        sys.stdout.write(line)
        sys.stdout.flush()
        text = ANSI.sub("", line)
        if ("passed" in text or "failed" in text) and COUNT.search(text) and "Test Files" not in text:
            last = text
    held = child.wait() == 0
    print("==> %s: %s in %.0f s" % (name, "ok" if held else "FAILED", time.monotonic() - began), flush=True)
    counts = {"passed": 0, "failed": 0}
    for number, kind in COUNT.findall(last):
        counts["passed" if kind == "passed" else "failed"] += int(number)
    return held, counts


def main():
    """Run the steps; one that fails does not hide the next."""
    names = sys.argv[1:] or STEPS
    began, broken, passed, failed = time.monotonic(), [], 0, 0
    for name in names:
        held, counts = step(name)
        passed += counts["passed"] + (held and not any(counts.values()))
        failed += counts["failed"] or (not held)
        broken += [] if held else [name]
    print("==> %.0f s in all%s" % (time.monotonic() - began, "; failed: " + ", ".join(broken) if broken else ""))
    print("%d passed, %d failed" % (passed, failed), flush=True)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
