"""What a run may spend: each call of a model reserves what it may cost before it is made, and gives back what is left over."""

import asyncio
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from editor.graph.context import LlmRequest
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import Usage
from editor.graph.plan import Plan
from runs.standing import RAISE, Purse, Short, Standing, money, tokens_of, used_up

MORE_TIME = "Give it more time in the workflow's settings, or do less in one run."
RUN, CALLED, AGENT = "This run", "The called workflow", "The agent"
HINTS = {
    AGENT: "Raise “Most money” or “Most tokens” of the agent, make its task smaller, or use a cheaper model.",
    CALLED: "Raise its budget in the node that calls it and in its own settings, or use a cheaper model.",
}
"""What helps where the budget is not that of the run, by whose it is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may spend in all; None where there is no limit.

    `seconds` are those in which it is at work. `asks` says that what does not fit waits for a person. `model` takes the place
    of the models that nodes name. `is_final` says that somebody wants the run to end rather than to spend more.
    """

    usd: float | None = None
    tokens: int | None = None
    asks: bool = True
    model: str = ""
    is_final: bool = False
    seconds: float | None = None

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Limits":
        """Read it from a run's row."""
        return cls(
            usd=raw.get("usd"),
            tokens=raw.get("tokens"),
            asks=raw.get("on", "ask") == "ask",
            model=raw.get("model", ""),
            is_final=bool(raw.get("is_final")),
            seconds=raw.get("seconds"),
        )

    def to_json(self) -> dict[str, Any]:
        """Give it as a run's row has it."""
        return {
            "usd": self.usd,
            "tokens": self.tokens,
            "seconds": self.seconds,
            "on": "ask" if self.asks else "fail",
            "model": self.model,
            "is_final": self.is_final,
        }

    @property
    def is_open(self) -> bool:
        """Say whether there is no limit."""
        return self.usd is None and self.tokens is None and self.seconds is None


def limits_of(document: Mapping[str, Any]) -> Limits:
    """Read what a workflow's settings allow each run."""
    settings = document.get("settings") or {}
    return Limits(
        usd=settings.get("budget_usd"),
        tokens=settings.get("budget_tokens"),
        asks=settings.get("on_budget", "ask") == "ask",
        seconds=settings.get("budget_seconds"),
    )


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is to be made, with the most that it may take."""

    request: LlmRequest
    need: Usage


class OverBudget(NodeFailure):
    """Something that does not fit into what is left: a call, or without one any work at all, because the time is over."""

    def __init__(self, fault: Fault, budget: "RunBudget", call: Call | None = None, shared: Standing | None = None) -> None:
        super().__init__(fault)
        self.budget = budget
        """The one that is exceeded: of the run, or of a called workflow."""
        self.call = call
        self.shared = shared
        """Set where this run may spend more, but all runs of its workflow or team together may not."""

    @property
    def asks(self) -> bool:
        """Say whether somebody is to decide. Nobody is asked about a called workflow."""
        budget = self.budget
        return (self.shared.asks and budget.around is None if self.shared else budget.limits.asks) and not budget.limits.is_final


@dataclass(frozen=True, slots=True)
class Reserved:
    """What was set aside for a call: here, and in the budgets that are shared with other runs."""

    need: Usage
    shared: tuple[Purse, uuid.UUID] | None = None


class RunBudget:
    """The budget of one run in its owner's memory. Calls reserve and settle on the process's loop alone.

    That of a called workflow lies within that of its caller, `around`: what is spent there is spent here too.
    """

    def __init__(
        self, limits: Limits, usage: Mapping[str, Any], models: Sequence[str] = (), around: "RunBudget | None" = None
    ) -> None:
        self.limits = limits
        self.whose = RUN
        self.purse: Purse | None = None
        """What the run shares with others, if its workflow or the team of that has a budget."""
        self._worked = float(usage.get("seconds", 0.0))
        self._began = time.monotonic()
        self.models = models
        """What the workflow names: some of it may be cheaper."""
        self.around = around
        self._usd = float(usage.get("cost_usd", 0.0))
        self._tokens = int(usage.get("input_tokens", 0)) + int(usage.get("output_tokens", 0))
        self._handed_on = 0.0
        self._reserved: list[Usage] = []
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def spent(self) -> tuple[float, int]:
        """US dollars and tokens, of calls that have ended."""
        return self._usd, self._tokens

    def redirected(self, request: LlmRequest) -> LlmRequest:
        """Give a request to the model that somebody chose for the rest of the run."""
        model = next((one.limits.model for one in self._all() if one.limits.model), "")
        return replace(request, model=model) if model else request

    def _all(self) -> Iterator["RunBudget"]:
        """List this budget and those around it."""
        yield self
        if self.around is not None:
            yield from self.around._all()

    @property
    def is_open(self) -> bool:
        """Say whether there is no limit, here or around."""
        return all(one.limits.is_open and one.purse is None for one in self._all())

    def counts_for(self, workflow_id: str) -> bool:
        """Say whether what is spent here counts for the budget of a workflow."""
        return any(one.purse is not None and one.purse.workflow_id == workflow_id for one in self._all())

    @property
    def seconds(self) -> float:
        """How long the run was at work, with this owner and those before."""
        return self._worked + time.monotonic() - self._began

    def begin(self) -> None:
        """Refuse work that would begin after the time is over. What is under way then goes on to its end."""
        for one in self._all():
            limit = one.limits.seconds
            if limit is not None and one.seconds >= limit:
                message = f"{one.whose} has worked for {one.seconds:,.0f} of {limit:,g} seconds, and there is more to do."
                fault = Fault("budget", message, MORE_TIME, data={"spent_seconds": round(one.seconds, 3)})
                raise OverBudget(fault, one)

    def fits(self, need: Usage) -> bool:
        """Say whether a call that needs so much at most may be made beside those under way."""
        return all(one._has(need) for one in self._all())

    def _has(self, need: Usage) -> bool:
        usd = self._usd + sum(one.cost_usd for one in self._reserved) + need.cost_usd
        tokens = self._tokens + sum(map(tokens_of, self._reserved)) + tokens_of(need)
        limits = self.limits
        return (limits.usd is None or usd <= limits.usd) and (limits.tokens is None or tokens <= limits.tokens)

    async def reserve(self, request: LlmRequest, need: Usage) -> Reserved:
        """Set aside what a call may cost, once the calls under way leave enough. Raises `OverBudget` when nothing helps."""
        await self._reserve_here(request, need)
        try:
            return Reserved(need, await self._reserve_shared(Call(request, need)))
        except BaseException:
            self.settle(Reserved(need), None)
            raise

    async def _reserve_shared(self, call: Call) -> tuple[Purse, uuid.UUID] | None:
        """Set it aside in all shared budgets at once: who held one and waited for the next could wait for ever."""
        sharing = {one.purse.workflow_id: one for one in self._all() if one.purse is not None}
        purse = next((one.purse for one in sharing.values()), None)
        if purse is None:
            return None
        try:
            return purse, await purse.reserve(tuple(sharing), call.need)
        except Short as short:
            counted = [one for workflow_id, one in sharing.items() if workflow_id in short.workflows]
            outermost = (counted or list(sharing.values()))[-1]
            fault = used_up(short.standing, call.need, call.request.model)
            raise OverBudget(fault, outermost, call, short.standing) from None

    async def _reserve_here(self, request: LlmRequest, need: Usage) -> None:
        while (full := next((one for one in self._all() if not one._has(need)), None)) is not None:
            if not full._reserved:
                raise OverBudget(full._refusal(request.model, need), full, Call(request, need))
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            full._waiting.append(turn)
            await turn
        for one in self._all():
            one._reserved.append(need)

    def hand_on(self, named: Limits) -> Limits:
        """Carve the budget of a run of its own out of this one: what was named for it, as far as so much is left.

        It is gone from here, whatever of it is spent. Raises `NodeFailure` when nothing is left.
        """
        usd = least(named.usd, *(one._left_usd() for one in self._all()))
        tokens = least(named.tokens, *(one._left_tokens() for one in self._all()))
        if (usd is not None and usd <= 0) or (tokens is not None and tokens <= 0):
            raise NodeFailure(Fault("budget", "Nothing is left of this run's budget for a run that it would start.", RAISE))
        if not self.is_open:
            self.take_off(usd or 0.0, tokens or 0)
        return replace(named, usd=usd, tokens=tokens)

    def take_off(self, usd: float, tokens: int) -> None:
        """Count what was handed on, here and around."""
        for one in self._all():
            one._usd += usd
            one._tokens += tokens
            one._handed_on += usd

    def _left_usd(self) -> float | None:
        return None if self.limits.usd is None else self.limits.usd - self._usd - sum(one.cost_usd for one in self._reserved)

    def _left_tokens(self) -> int | None:
        return None if self.limits.tokens is None else self.limits.tokens - self._tokens - sum(map(tokens_of, self._reserved))

    def settle(self, reserved: Reserved, used: Usage | None) -> None:
        """Give back what was set aside, and count what was used."""
        if used is not None:
            self.count(used)
        if reserved.shared is not None:
            purse, hold = reserved.shared
            purse.settle(hold, used)
        for one in self._all():
            one._reserved.remove(reserved.need)
            one._let_go_on()

    def _let_go_on(self) -> None:
        waiting, self._waiting = self._waiting, []
        for turn in waiting:
            if not turn.done():
                turn.set_result(None)

    def count(self, used: Usage) -> None:
        """Count what a call used."""
        for one in self._all():
            one._usd += used.cost_usd
            one._tokens += tokens_of(used)

    def _refusal(self, model: str, need: Usage) -> Fault:
        usd, tokens = self.spent
        limits = self.limits
        if limits.usd is not None and usd + need.cost_usd > limits.usd:
            spent, wanted = f"{money(usd)} of {money(limits.usd)}", money(need.cost_usd)
        else:
            spent, wanted = f"{tokens:,} of {limits.tokens:,} tokens", f"{tokens_of(need):,} tokens"
        started = f" ({money(self._handed_on)} of it handed to runs that it started)" if self._handed_on else ""
        message = f"{self.whose} has spent {spent}{started}, and the next call of {model} may take up to {wanted}."
        return Fault(
            "budget", message, HINTS.get(self.whose, RAISE), data={"spent_usd": usd, "spent_tokens": tokens, "model": model}
        )


def least(*amounts: Any) -> Any:
    """Give the least of the amounts that there are; None where there is none.

    >>> least(None, 3, 2), least(None)
    (2, None)
    """
    return min((one for one in amounts if one is not None), default=None)


def limits_of_call(plan: Plan, budget_usd: float | None) -> Limits:
    """Give what a called workflow may spend: by its own settings, and by the node that calls it. Nobody is asked there."""
    amounts = [usd for usd in (plan.budget_usd, budget_usd) if usd is not None]
    return Limits(min(amounts, default=None), plan.budget_tokens, asks=False, seconds=plan.budget_seconds)


def used_within(usages: Mapping[str, Mapping[str, Any]], scope: str) -> dict[str, Any]:
    """Add up what the node runs in a scope, and in those inside it, have used, by their keys."""
    inside = [usage for key, usage in usages.items() if key.startswith(scope)]
    names = ("cost_usd", "input_tokens", "output_tokens")
    return {name: sum(usage.get(name, 0) for usage in inside) for name in names}


def models_of(params: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """List the models that nodes name literally, each once."""
    named: dict[str, None] = {}
    for one in params:
        lists = [one.get(name) for name in ("fallback_models", "escalate_models")]
        others = [model for named in lists if isinstance(named, list | tuple) for model in named]
        for model in (one.get("model"), *others):
            if isinstance(model, str) and "/" in model and "{{" not in model:
                named[model] = None
    return tuple(named)
