"""Plays the semantics corpus in a real worker: each run's workflow is named after its case. Times are stretched."""

import asyncio
from functools import lru_cache

from editor.graph.faults import Fault
from editor.graph.nodetype import APPROVAL
from editor.graph.plan import PlanNode
from runs.executor import Done, Executor, Failed, Held, Outcome, Suspended, Work
from tests.semantics.agents import services_of_corpus
from tests.semantics.catalogue import corpus_catalogue
from tests.semantics.corpus import Case, JsonObject, error_of, load_cases
from tests.semantics.pure import is_agent, misfit, own_ports, own_value

STRETCH = 25
"""A real machine needs room between two moments that virtual time tells apart."""
SHORT_SECONDS = 0.2

__all__ = ["corpus_catalogue", "corpus_executor", "real_seconds", "stretched"]


@lru_cache(maxsize=1)
def cases() -> dict[str, Case]:
    """Give the corpus by id, without the runs that others go on from."""
    return {case.id: case for case in load_cases()}


@lru_cache(maxsize=1)
def played() -> dict[str, Case]:
    """Give all that is played, by id."""
    return cases() | {base.id: base for case in cases().values() if (base := case.before())}


def real_seconds(seconds: float) -> float:
    """Give how long a time of a case lasts here: short ones are stretched, long ones squeezed, and their order stays."""
    if seconds <= SHORT_SECONDS:
        return seconds * STRETCH
    return SHORT_SECONDS * STRETCH + (seconds - SHORT_SECONDS) / STRETCH


def stretched(case: Case) -> JsonObject:
    """Give a case's document with its times stretched as the executor stretches its work."""
    return stretched_document(case.document())


def stretched_document(document: JsonObject) -> JsonObject:
    """Give a document with its times stretched."""
    settings = dict(document["settings"])
    _stretch(settings, "timeout_seconds")
    for node in document["nodes"]:
        _stretch(node["policy"], "timeout_seconds")
        for name in ("backoff_seconds", "max_backoff_seconds", "max_seconds"):
            _stretch(node["policy"].get("retry") or {}, name)
    return {**document, "settings": settings}


def _stretch(times: JsonObject, name: str) -> None:
    if times.get(name):
        times[name] = real_seconds(times[name])


class CorpusExecutor(Executor):
    """Does what the case says, else what the node type would do."""

    def is_inline(self, node: PlanNode) -> bool:
        """Nothing of the corpus is fused: its works take their time."""
        return False

    async def run(self, work: Work) -> Outcome:
        """Play one attempt."""
        node, case = work.node, played()[work.run.workflow["name"]]
        if node.container is not None:
            return await super().run(work)
        attempt = {} if node.disabled else case.attempt(work.key, work.attempt)
        await asyncio.sleep(real_seconds(attempt.get("ms", 0) / 1000))
        if "error" in attempt:
            return Failed(stretched_fault(attempt))
        if "hold" in attempt:
            return Held(attempt["hold"], {})
        if is_agent(node, attempt):
            return await super().run(work)
        if node.type == "wait":
            return Suspended(real_seconds(node.params["seconds"]), "timer", work.inputs.get("in"))
        if node.type == "approval":
            limit = node.params.get("timeout_seconds")
            return Suspended(None if limit is None else real_seconds(limit), APPROVAL, {"answer": "timeout"}, ("timeout",))
        if node.type == "fail":
            return Failed(Fault(node.params["code"], node.params.get("message", "")))
        if (fault := misfit(node, work.names)) is not None:
            return Failed(fault)
        value = attempt["return"] if "return" in attempt else own_value(work)  # type: ignore[arg-type]  # the same names
        return Done(value, tuple(attempt.get("ports", own_ports(work))))  # type: ignore[arg-type]  # the same names


def stretched_fault(attempt: JsonObject) -> Fault:
    """Give a scripted failure; a moment that the other side names is stretched too."""
    raw = error_of(attempt)
    _stretch(raw, "retry_after_seconds")
    return Fault.from_json(raw)


def corpus_executor() -> Executor:
    """Give an executor for a worker that plays the corpus."""
    return CorpusExecutor(corpus_catalogue(), services_of_corpus())
