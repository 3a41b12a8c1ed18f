"""The repository speaks of the product: no unfinished notes, no skipped tests, no machine it was written on."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = {".py", ".md", ".ts", ".tsx", ".css", ".mjs", ".js", ".json", ".toml", ".yaml", ".yml", ".html", ".txt", ".in", ""}
GENERATED = {"frontend_static/package-lock.json", "requirements.txt", "requirements-dev.txt", "LICENSE"}
BANNED = {
    "a place on somebody's machine": re.compile(r"/" + r"work/|/" + r"root/\.|\.libr" + r"ary\b|(?<![\w.])/home/(?!somebody)\w+"),
    "an unfinished note": re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b"),
    "a skipped test": re.compile(r"pytest\.(mark\.)?(sk" + r"ip|xf" + r"ail)|\b(it|test|describe)\.(sk" + r"ip|on" + r"ly)\("),
    "a blanket ignore": re.compile(r"type: ig" + r"nore(?!\[)|# no" + r"qa(?!:)|@ts-ig" + r"nore|eslint-dis" + r"able(?!-)"),
    "an error passed over": re.compile(r"except( Exception| BaseException)?:\s*pa" + r"ss\b"),
    "a package index": re.compile(r"--(extra-)?index" + r"-url|resolved\": \"http(?!s://registry\.npmjs\.org)"),
}


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and Path(name).suffix in TEXT and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", sorted(BANNED))
def test_no_file_holds(what: str) -> None:
    found = []
    for path in tracked():
        name = str(path.relative_to(ROOT))
        if name in GENERATED and what != "a package index":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if BANNED[what].search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)
