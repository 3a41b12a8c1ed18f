"""What a run may spend: each call of a model reserves what it may cost before it is made, and gives back what is left over."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from editor.graph.context import LlmRequest
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import Usage
from editor.graph.plan import Plan

RAISE = "Raise the budget in the workflow's settings, allow shorter answers, or use a cheaper model."


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may spend in all; None where there is no limit.

    `asks` says that a call which does not fit waits for a person. `model` takes the place of the models that nodes name.
    `is_final` says that somebody wants the run to end rather than to spend more.
    """

    usd: float | None = None
    tokens: int | None = None
    asks: bool = True
    model: str = ""
    is_final: bool = False

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Limits":
        """Read it from a run's row."""
        return cls(
            raw.get("usd"), raw.get("tokens"), raw.get("on", "ask") == "ask", raw.get("model", ""), bool(raw.get("is_final"))
        )

    def to_json(self) -> dict[str, Any]:
        """Give it as a run's row has it."""
        return {
            "usd": self.usd,
            "tokens": self.tokens,
            "on": "ask" if self.asks else "fail",
            "model": self.model,
            "is_final": self.is_final,
        }

    @property
    def is_open(self) -> bool:
        """Say whether there is no limit."""
        return self.usd is None and self.tokens is None


def limits_of(document: Mapping[str, Any]) -> Limits:
    """Read what a workflow's settings allow each run."""
    settings = document.get("settings") or {}
    return Limits(settings.get("budget_usd"), settings.get("budget_tokens"), settings.get("on_budget", "ask") == "ask")


class OverBudget(NodeFailure):
    """A call that does not fit into what is left."""

    def __init__(self, fault: Fault, request: LlmRequest, need: Usage, budget: "RunBudget") -> None:
        super().__init__(fault)
        self.request = request
        self.need = need
        self.budget = budget
        """The one that is exceeded: of the run, or of a called workflow."""


class RunBudget:
    """The budget of one run in its owner's memory. Calls reserve and settle on the process's loop alone.

    That of a called workflow lies within that of its caller, `around`: what is spent there is spent here too.
    """

    def __init__(
        self, limits: Limits, usage: Mapping[str, Any], models: Sequence[str] = (), around: "RunBudget | None" = None
    ) -> None:
        self.limits = limits
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
        return all(one.limits.is_open for one in self._all())

    def fits(self, need: Usage) -> bool:
        """Say whether a call that needs so much at most may be made beside those under way."""
        return all(one._has(need) for one in self._all())

    def _has(self, need: Usage) -> bool:
        usd = self._usd + sum(one.cost_usd for one in self._reserved) + need.cost_usd
        tokens = self._tokens + sum(map(_tokens, self._reserved)) + _tokens(need)
        limits = self.limits
        return (limits.usd is None or usd <= limits.usd) and (limits.tokens is None or tokens <= limits.tokens)

    async def reserve(self, request: LlmRequest, need: Usage) -> None:
        """Set aside what a call may cost, once the calls under way leave enough. Raises `OverBudget` when nothing helps."""
        while (full := next((one for one in self._all() if not one._has(need)), None)) is not None:
            if not full._reserved:
                raise OverBudget(full._refusal(request.model, need), request, need, full)
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
        return None if self.limits.tokens is None else self.limits.tokens - self._tokens - sum(map(_tokens, self._reserved))

    def settle(self, need: Usage, used: Usage | None) -> None:
        """Give back what was set aside, and count what was used."""
        if used is not None:
            self.count(used)
        for one in self._all():
            one._reserved.remove(need)
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
            one._tokens += _tokens(used)

    def _refusal(self, model: str, need: Usage) -> Fault:
        usd, tokens = self.spent
        limits = self.limits
        if limits.usd is not None and usd + need.cost_usd > limits.usd:
            spent, wanted = f"{money(usd)} of {money(limits.usd)}", money(need.cost_usd)
        else:
            spent, wanted = f"{tokens:,} of {limits.tokens:,} tokens", f"{_tokens(need):,} tokens"
        started = f" ({money(self._handed_on)} of it handed to runs that it started)" if self._handed_on else ""
        message = f"This run has spent {spent}{started}, and the next call of {model} may take up to {wanted}."
        return Fault("budget", message, RAISE, data={"spent_usd": usd, "spent_tokens": tokens, "model": model})


def least(*amounts: Any) -> Any:
    """Give the least of the amounts that there are; None where there is none.

    >>> least(None, 3, 2), least(None)
    (2, None)
    """
    return min((one for one in amounts if one is not None), default=None)


def _tokens(usage: Usage) -> int:
    return usage.input_tokens + usage.output_tokens


def money(usd: float) -> str:
    """Write an amount of money as people read it: small ones with more digits.

    >>> money(0.5), money(0.00042)
    ('$0.50', '$0.00042')
    """
    return f"${usd:.2f}" if usd == 0 or usd >= 0.1 else f"${usd:.2g}"


def question(budget: RunBudget, over: OverBudget, cheaper: Sequence[str]) -> dict[str, Any]:
    """Say what a person is asked when a call does not fit: raise the limit, go on with a cheaper model, or stop."""
    usd, tokens = budget.spent
    limits, fields = budget.limits, []
    if limits.usd is not None:
        fields.append(
            _number("limit_usd", "New limit in US dollars", max(limits.usd * 2, _rounded(usd + 2 * over.need.cost_usd)))
        )
    if limits.tokens is not None:
        fields.append(_number("limit_tokens", "New limit in tokens", max(limits.tokens * 2, tokens + 2 * _tokens(over.need))))
    buttons = [{"port": "raise", "label": "Raise the limit"}]
    if cheaper:
        choice = {"name": "model", "label": "Cheaper model", "type": "choice", "choices": list(cheaper), "default": cheaper[0]}
        fields.append(choice)
        buttons.append({"port": "cheaper", "label": "Use the cheaper model"})
    buttons.append({"port": "stop", "label": "Stop here"})
    request = {"message": over.fault.message, "fields": fields, "buttons": buttons}
    return {"request": request, "fault": over.fault.to_json()}


def _number(name: str, label: str, default: float) -> dict[str, Any]:
    return {"name": name, "label": label, "type": "number", "required": True, "default": default}


def _rounded(usd: float) -> float:
    """Give an amount with two digits that mean something."""
    return float(f"{usd:.2g}")


def limits_of_call(plan: Plan, budget_usd: float | None) -> Limits:
    """Give what a called workflow may spend: by its own settings, and by the node that calls it. Nobody is asked there."""
    amounts = [usd for usd in (plan.budget_usd, budget_usd) if usd is not None]
    return Limits(min(amounts, default=None), plan.budget_tokens, asks=False)


def used_within(usages: Mapping[str, Mapping[str, Any]], scope: str) -> dict[str, Any]:
    """Add up what the node runs in a scope, and in those inside it, have used, by their keys."""
    inside = [usage for key, usage in usages.items() if key.startswith(scope)]
    names = ("cost_usd", "input_tokens", "output_tokens")
    return {name: sum(usage.get(name, 0) for usage in inside) for name in names}


def models_of(params: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """List the models that nodes name literally, each once."""
    named: dict[str, None] = {}
    for one in params:
        fallbacks = one.get("fallback_models")
        for model in (one.get("model"), *(fallbacks if isinstance(fallbacks, list | tuple) else ())):
            if isinstance(model, str) and "/" in model and "{{" not in model:
                named[model] = None
    return tuple(named)
