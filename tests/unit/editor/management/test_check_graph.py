"""`manage.py check_graph FILE` answers in JSON, whatever the file holds."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.unit.editor.graph.documents import graph, node


def check(path: Path) -> tuple[int, list[dict[str, Any]]]:
    """Run the command and give its exit code and its problems."""
    out = io.StringIO()
    code = 0
    try:
        call_command("check_graph", str(path), stdout=out)
    except SystemExit as stop:
        code = int(stop.code or 0)
    problems: list[dict[str, Any]] = json.loads(out.getvalue())["problems"]
    return code, problems


def test_a_sound_graph_passes(tmp_path: Path) -> None:
    file = tmp_path / "g.json"
    file.write_text(json.dumps(graph([node("start", "start"), node("out", "output")], "start>out")))
    assert check(file) == (0, [])


def test_a_warning_alone_passes(tmp_path: Path) -> None:
    file = tmp_path / "g.json"
    file.write_text(json.dumps(graph([node("start", "start")])))
    code, problems = check(file)
    assert (code, [problem["code"] for problem in problems]) == (0, ["graph.no_output"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not json", "document.malformed"),
        ("[]", "document.malformed"),
        ('{"nodes": [{"id": "a", "type": "nothing"}]}', "node.unknown_type"),
        ("[" * 200_000, "document.too_large"),
        ('{"nodes": [], "x": "\\u0000"}', "text.not_allowed"),
        ('{"nodes": [], "x": NaN}', "document.malformed"),
        ('{"nodes": [], "x": 1' + "0" * 5000 + "}", "document.malformed"),
        ('{"x": ' * 100_000, "document.too_large"),
        ("", "document.malformed"),
    ],
)
def test_what_is_wrong_is_said_with_exit_code_1(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "g.json"
    file.write_text(text)
    code, problems = check(file)
    assert (code, problems[0]["code"]) == (1, expected)


def test_files_that_hold_no_text_are_a_problem(tmp_path: Path) -> None:
    (tmp_path / "g.json").write_bytes(b"\xff\xfe\x00")
    assert check(tmp_path / "g.json")[0] == 1
    assert check(tmp_path)[0] == 1


def test_endless_files_are_a_problem() -> None:
    code, problems = check(Path("/dev/zero"))
    assert (code, problems[0]["code"]) == (1, "document.too_large")


def test_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "g.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(graph([node("start", "start"), node("out", "output")], "start>out")).encode())
    assert check(file) == (0, [])


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    code, problems = check(tmp_path / "none.json")
    assert (code, problems[0]["code"]) == (1, "document.malformed")
