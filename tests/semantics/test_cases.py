"""Every case of the corpus on the pure core, with the engine's invariants."""

import json
import os
import re
from pathlib import Path

import pytest

from runs.engine.fold import fold
from tests.semantics.corpus import Case, Seen, broken_invariants, disagreements, load_cases
from tests.semantics.pure import plan_of, play

ALL = list(load_cases())
DOCUMENT = Path(__file__).parents[2] / "docs" / "semantics.md"
EVENTS_DIR = os.environ.get("SEMANTICS_EVENTS_DIR")
"""Where to write each case's events and what they fold to, for the browser's reducer."""


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_run_keeps_to_the_case(case: Case) -> None:
    """The run does what the case says, breaks no invariant, and its events tell what its rows tell."""
    _, seen = play(case, plan_of(case))
    assert disagreements(case, seen) == []
    assert broken_invariants(seen) == []
    assert told_by_events(seen) == {key: node["status"] for key, node in seen.nodes.items()}
    if EVENTS_DIR:
        record(case, seen, Path(EVENTS_DIR))


def test_case_ids_are_unique() -> None:
    """A case is cited by its id."""
    ids = [case.id for case in ALL]
    assert len(ids) == len(set(ids))


def test_documentation_shows_every_case() -> None:
    """A rule without a case is no rule, and a case that no rule cites is nobody's."""
    cited = re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", DOCUMENT.read_text())
    assert set(cited) == {case.id for case in ALL}


def test_tests_that_the_documentation_names_exist() -> None:
    """What no case can show is shown by a test."""
    root = DOCUMENT.parents[1]
    named = set(re.findall(r"`(tests/[a-z0-9_/]+\.py)`", DOCUMENT.read_text()))
    assert {name for name in named if not (root / name).is_file()} == set()


def told_by_events(seen: Seen) -> dict[str, str]:
    """Give the statuses that a viewer knows."""
    return {key: view["status"] for key, view in fold(seen.events)["nodes"].items()}


def record(case: Case, seen: Seen, folder: Path) -> None:
    """Write one case for other readers of its events."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"case": case.id, "says": case.says, "events": seen.events, "expected": fold(seen.events)}
    (folder / f"{case.id}.json").write_text(json.dumps(content, indent=1))
