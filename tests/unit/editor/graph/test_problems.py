"""Every code is explained to people."""

from pathlib import Path

from editor.graph.problems import CODES

PAGE = Path(__file__).parents[4] / "docs" / "problems.md"


def test_the_page_lists_every_code_with_its_meaning() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [code for code, meaning in CODES.items() if f"| `{code}` | {meaning} |" not in text]
    assert missing == []
