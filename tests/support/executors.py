"""Executors for workers under test."""

from django.conf import settings
from django.utils.module_loading import import_string

from editor.graph.plan import PlanNode
from runs.context import Services
from runs.executor import Executor


class NoWorld:
    """Stands for models, network and sandbox in tests that use none: whatever is asked of it fails."""


def plain_executor() -> Executor:
    """Give an executor over the installed catalogue, without a world outside."""
    nothing = NoWorld()
    catalogue = import_string(settings.NODE_CATALOGUE)()
    return Executor(catalogue, Services(llm=nothing, http=nothing, sandbox=nothing))  # type: ignore[arg-type]  # never asked


class BrokenExecutor(Executor):
    """Breaks the driver itself, not a node."""

    def is_inline(self, node: PlanNode) -> bool:
        """Break."""
        raise RuntimeError("this executor breaks its driver")


def broken_executor() -> Executor:
    """Give an executor that breaks every driver."""
    nothing = NoWorld()
    catalogue = import_string(settings.NODE_CATALOGUE)()
    return BrokenExecutor(catalogue, Services(llm=nothing, http=nothing, sandbox=nothing))  # type: ignore[arg-type]  # never asked
