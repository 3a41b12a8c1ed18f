"""Events as they are stored: bounded, plain JSON, whatever the values are."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.graph.faults import Fault
from editor.graph.nodetype import Usage
from runs.engine.events import NodeCancelled, NodeFailed, NodeRetryScheduled, NodeSucceeded, RunFailed, RunParked
from runs.engine.wire import PREVIEW_BYTES, preview, to_wire

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=60,
)


@given(json_values)
def test_preview_is_short_text_that_a_database_takes(value: Any) -> None:
    """At most 1 KB of UTF-8, without NUL and without half a surrogate pair."""
    text = preview(value)
    assert len(text.encode()) <= PREVIEW_BYTES
    assert "\0" not in text


@given(json_values)
def test_preview_of_a_small_value_is_all_of_it(value: Any) -> None:
    """What fits is not cut."""
    whole = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(whole.encode()) <= PREVIEW_BYTES // 4 and "\0" not in whole:
        assert preview(value) == whole


@pytest.mark.parametrize("text", ["é" * 5000, "𝄞" * 5000, "x" * 5000, "a\ud800b" * 900, "\0" * 3000])
def test_long_text_is_cut_at_a_character(text: str) -> None:
    """A cut never leaves half a character."""
    cut = preview(text)
    assert len(cut.encode()) <= PREVIEW_BYTES
    assert cut.endswith("…")


def test_large_values_cost_what_is_kept_of_them() -> None:
    """A list of a hundred thousand objects is cut, not encoded."""
    rows = [{"text": "x" * 100, "deep": {"list": [1, 2, 3]}} for _ in range(100_000)]
    assert len(preview(rows).encode()) <= PREVIEW_BYTES


def test_finished_node_run_tells_what_a_pixel_needs() -> None:
    """Status, attempt, ports, times, preview, usage, and why."""
    done = NodeSucceeded(5.0, "a", 2, {"x": 1}, ("out",), usage=Usage(3, 4, 0.5, "m"), details={"case": "big"}, started_at=1.0)
    assert to_wire(done) == {
        "kind": "node.finished",
        "at": 5.0,
        "node": "a",
        "data": {
            "status": "succeeded",
            "attempt": 2,
            "ports": ["out"],
            "degraded": False,
            "started_at": 1.0,
            "preview": '{"x":1}',
            "details": {"case": "big"},
            "usage": {"input_tokens": 3, "output_tokens": 4, "cost_usd": 0.5, "model": "m"},
        },
    }


def test_failures_keep_code_and_bounds() -> None:
    """A fault of megabytes is cut; its code never is."""
    fault = Fault("bad_body", "x" * 1_000_000, data={"body": "y" * 1_000_000, "list": list(range(100_000))})
    for event in (NodeFailed(1.0, "a", 1, fault), NodeRetryScheduled(1.0, "a", 1, fault, 2.0), RunFailed(1.0, fault, {})):
        data = to_wire(event)["data"]
        assert data["error"]["code"] == "bad_body"
        assert len(json.dumps(data)) < 20_000


def test_events_without_a_node_name_none() -> None:
    """The run's own events stand beside those of its nodes."""
    assert to_wire(RunParked(1.0, 9.0)) == {"kind": "run.waiting", "at": 1.0, "node": None, "data": {"wake_at": 9.0}}
    assert to_wire(NodeCancelled(1.0, "a", 0, "fail_fast"))["data"]["reason"] == "fail_fast"
