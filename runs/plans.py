"""Compiled versions, kept in each process: a version never changes, so its plan never goes stale."""

import threading
from collections import OrderedDict
from functools import partial

from editor.calls import digests_of
from editor.catalogue import get_catalogue
from editor.graph.compile import Callee, compile_plan
from editor.graph.plan import Plan
from editor.graph.upgrade import load_document
from editor.models import WorkflowVersion


class PlanCache:
    """The plans of the versions that this process used last."""

    def __init__(self, size: int = 128) -> None:
        self._size = size
        self._plans: OrderedDict[int, Plan] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, version_id: int) -> Plan:
        """Give the plan of a version. Raises `DocumentError` where it cannot be compiled any more."""
        with self._lock:
            plan = self._plans.get(version_id)
            if plan is not None:
                self._plans.move_to_end(version_id)
                return plan
        version = WorkflowVersion.objects.only("document", "calls").get(pk=version_id)
        called = digests_of(version) if version.calls else {}
        callees = {node: Callee(pk, content, partial(self.get, pk)) for node, (pk, content) in called.items()}
        plan = compile_plan(load_document(version.document), get_catalogue(), callees)
        with self._lock:
            self._plans[version_id] = plan
            while len(self._plans) > self._size:
                self._plans.popitem(last=False)
        return plan


plans = PlanCache()
