"""How a budget stands that many runs share, and what they have to say to a call that does not fit into it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Literal, Protocol

from editor.graph.faults import Fault
from editor.graph.nodetype import Usage

NANO = Decimal("1e-9")
RAISE = "Raise the budget in the workflow's settings, allow shorter answers, or use a cheaper model."
"""What to do about a budget that is used up."""
RAISE_TEAMS = "An admin of the team raises its budget on the team's page. Shorter answers or a cheaper model need less of it."


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose runs share a budget: those of one workflow, or those of all workflows of a team."""

    kind: Literal["workflow", "team"]
    id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a shared budget allows in a day or a month, and what of it is spent and set aside."""

    scope: Scope
    per: str
    usd: float | None
    tokens: int | None
    spent_usd: float
    spent_tokens: int
    asks: bool = True
    held_usd: float = 0.0
    held_tokens: int = 0
    name: str = ""
    """What the team is called."""


class Short(Exception):
    """A call that does not fit into what is left of a shared budget, which counts what `workflows` spend."""

    def __init__(self, standing: Standing, workflows: Sequence[str]) -> None:
        super().__init__("A shared budget is used up.")
        self.standing = standing
        self.workflows = workflows


class Purse(Protocol):
    """The part of one run in the budgets that it shares with others (`runs.spending`)."""

    workflow_id: str

    async def reserve(self, workflows: Sequence[str], need: Usage) -> uuid.UUID: ...

    def settle(self, hold: uuid.UUID, used: Usage | None) -> None: ...


def used_up(now: Standing, need: Usage, model: str) -> Fault:
    """Say that all runs together have spent what they may, and who can change it."""
    if now.usd is not None and now.spent_usd + need.cost_usd > now.usd:
        spent, wanted = f"{money(now.spent_usd)} of {money(now.usd)}", money(need.cost_usd)
    else:
        spent, wanted = f"{now.spent_tokens:,} of {now.tokens:,} tokens", f"{tokens_of(need):,} tokens"
    when = "today" if now.per == "day" else "this month"
    is_teams = now.scope.kind == "team"
    whose = f"the team “{now.name}”" if is_teams else "this workflow"
    message = f"The runs of {whose} have spent {spent} {when}, and the next call of {model} may take up to {wanted}."
    data = {"spent_usd": now.spent_usd, "spent_tokens": now.spent_tokens, "model": model, "per": now.per}
    if is_teams:
        data["team"] = now.scope.id
    return Fault("budget", message, RAISE_TEAMS if is_teams else RAISE, data=data)


def fits_shared(now: Standing, need: Usage) -> bool:
    """Say whether a call fits beside those under way."""
    usd = amount(now.spent_usd) + amount(now.held_usd) + amount(need.cost_usd)
    tokens = now.spent_tokens + now.held_tokens + tokens_of(need)
    return (now.usd is None or usd <= amount(now.usd)) and (now.tokens is None or tokens <= now.tokens)


def amount(usd: float) -> Decimal:
    """Give an amount as the row holds it, never too little."""
    return Decimal(repr(usd)).quantize(NANO, ROUND_UP)


def tokens_of(usage: Usage) -> int:
    """Give the tokens of a call in all."""
    return usage.input_tokens + usage.output_tokens


def money(usd: float) -> str:
    """Write an amount of money as people read it: small ones with more digits.

    >>> money(0.5), money(0.00042)
    ('$0.50', '$0.00042')
    """
    return f"${usd:.2f}" if usd == 0 or usd >= 0.1 else f"${usd:.2g}"
