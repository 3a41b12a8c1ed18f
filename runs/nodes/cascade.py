"""Which model of a list answers: the first one, its fallbacks when it does not answer, a stronger one when its answer fails."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from editor.graph.context import NodeContext
from editor.graph.faults import Fault, NodeFailure
from runs.nodes.faults import with_param
from runs.nodes.fields import as_text

CONFIDENCE = "confidence"
SHOWN = 1000
"""Letters of an answer in a fault."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that matches its schema, where there is one, with its details."""

    value: Any
    details: Mapping[str, Any]


Ask = Callable[[str, str], Awaitable[Given]]
"""Asks a model, for a reason that is empty for the first one."""


@dataclass(slots=True)
class Cascade:
    """One node at work: who is asked next, and why."""

    ctx: NodeContext
    ask: Ask
    fallbacks: tuple[str, ...] = ()
    check: str = ""
    least: float | None = None
    hops: list[dict[str, Any]] = field(default_factory=list)
    """Models that did not answer."""
    escalations: list[dict[str, Any]] = field(default_factory=list)
    """Answers that were not good enough."""

    async def answer(self, model: str, stronger: tuple[str, ...]) -> Given:
        """Ask, and the stronger ones in turn while the answer fails. The last one's fault is the node's."""
        reason = ""
        for place, asked in enumerate((model, *stronger)):
            is_last = place == len(stronger)
            try:
                given = await self._answered(asked, reason)
                wrong = await self._wrong_with(given.value)
                if not wrong:
                    return given
            except NodeFailure as failure:
                if failure.fault.code != "invalid_output" or is_last:
                    raise
                wrong, given = failure.fault.message, Given(failure.fault.data.get("answer"), {"model": asked})
            by = str(given.details.get("model") or asked)
            self.escalations.append({"model": by, "message": wrong})
            if is_last:
                raise NodeFailure(self._unfit(by, wrong, given.value))
            reason = f"The answer of {by} was not good enough: {wrong}"
            self.ctx.log(f"{reason} Asking {stronger[place]}.", "warning")
        raise AssertionError("the last model answers or raises")

    async def _answered(self, model: str, reason: str) -> Given:
        """Ask a model, and fallbacks only when no retry of it is left or none can help."""
        models = (model, *(one for one in self.fallbacks if one != model))
        for place, asked in enumerate(models):
            try:
                return await self.ask(asked, reason)
            except NodeFailure as failure:
                fault = failure.fault
                if fault.code == "budget":
                    raise
                self.hops.append({"model": asked, "code": fault.code, "message": fault.message})
                if place + 1 == len(models) or (fault.retryable and not self.ctx.is_last_attempt):
                    raise
                reason = f"{asked} did not answer: {fault.message}"
                self.ctx.log(f"{reason} Asking {models[place + 1]}.", "warning")
        raise AssertionError("the last model answers or raises")

    async def _wrong_with(self, value: Any) -> str:
        """Say why an answer fails its check; nothing if it does not."""
        if self.least is not None:
            sure = value.get(CONFIDENCE) if isinstance(value, Mapping) else None
            if isinstance(sure, bool) or not isinstance(sure, int | float):
                return f"It does not say its {CONFIDENCE}."
            if sure < self.least:
                return f"Its {CONFIDENCE} is {sure:g}, and {self.least:g} is asked for."
        if self.check and not await self._holds(value):
            return f"The check {self.check[:200]} does not hold."
        return ""

    async def _holds(self, value: Any) -> bool:
        try:
            return bool(await self.ctx.evaluate(self.check, {"answer": value}))
        except NodeFailure as failure:
            raise with_param(failure, "check") from None

    def _unfit(self, model: str, wrong: str, value: Any) -> Fault:
        hint = "Add a stronger model, change the prompt, or ask for less. An error port can take over from here."
        data = {"model": model, "answer": str(as_text(value))[:SHOWN], "escalations": self.escalations}
        return Fault("check_failed", f"The answer of {model} was not good enough. {wrong}", hint, data=data)
