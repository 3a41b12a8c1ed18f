"""Where the form offers an expression in the place of a value: wherever it is resolved when the node runs, and nowhere else."""

import pytest
from pydantic import ValidationError

from editor.graph.nodetype import NodeType
from editor.graph.params import resolved
from runs.nodes.loop import Loop
from runs.nodes.map import Map
from runs.nodes.run_workflow import RunWorkflow


@pytest.mark.parametrize(
    ("kind", "at_run_time", "settled"),
    [(Loop, ["initial"], "max_iterations"), (Map, ["items"], "concurrency"), (RunWorkflow, ["input"], "version")],
)
def test_what_a_graph_is_compiled_with_takes_no_expression(kind: type[NodeType], at_run_time: list[str], settled: str) -> None:
    """Limits, widths and the called workflow are settled before the first node runs: there is no value yet for them."""
    assert resolved(kind()) == at_run_time
    with pytest.raises(ValidationError, match=settled):
        kind.params.model_validate({settled: "{{ 3 }}"})
