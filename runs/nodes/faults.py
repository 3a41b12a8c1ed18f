"""Small helpers for faults that more than one node type raises."""

from dataclasses import replace
from typing import Any

from editor.graph.faults import Fault, NodeFailure


def with_param(failure: NodeFailure, param: str) -> NodeFailure:
    """The same failure, saying which param it came from."""
    fault = failure.fault
    return NodeFailure(replace(fault, data={**fault.data, "param": param}))


def bad_input(message: str, hint: str = "", **data: Any) -> NodeFailure:
    """A value arrived that the node cannot work with."""
    return NodeFailure(Fault("bad_input", message, hint, data=data))
