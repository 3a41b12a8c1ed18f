"""The two cores stand alone: importing all of one loads no framework."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STRANGERS = ("django", "celery", "channels", "redis", "litellm", "ninja", "psycopg", "httpx", "pydantic_monty", "graphapp")
PROGRAM = """
import importlib, json, pkgutil, sys
core = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(core.__path__, core.__name__ + "."):
    importlib.import_module(found.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize("core", ["editor.graph", "runs.engine"])
def test_a_core_imports_no_framework(core: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, core], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert not set(json.loads(done.stdout)) & set(STRANGERS)


@pytest.mark.parametrize("core", ["editor/graph", "runs/engine"])
def test_a_core_reads_no_clock_and_throws_no_dice(core: str) -> None:
    for path in (ROOT / core).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name == "local.py":  # runs a plan in this process, in real or virtual time
            continue
        for word in ("import random", "import time\n", "from time import", "datetime.now", "import secrets", "uuid4"):
            assert word not in text, f"{path}: {word}"
