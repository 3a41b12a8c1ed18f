"""What a person is asked before a budget is exceeded: to raise the limit, to go on with a cheaper model, or to stop."""

from collections.abc import Sequence
from typing import Any

from editor.graph.nodetype import Usage
from runs.budget import OverBudget, RunBudget
from runs.standing import Standing, tokens_of

Json = dict[str, Any]


def question(over: OverBudget, cheaper: Sequence[str]) -> Json:
    """Say what is asked. `cheaper` are the models of which a call would fit."""
    buttons = [{"port": "raise", "label": "Raise the limit"}]
    if over.call is None:
        fields = [_more_time(over.budget)]
    elif over.shared is not None:
        fields = _shared_limits(over.shared, over.call.need)
    else:
        fields = _limits(over.budget, over.call.need)
    if cheaper:
        choice = {"name": "model", "label": "Cheaper model", "type": "choice", "choices": list(cheaper), "default": cheaper[0]}
        fields.append(choice)
        buttons.append({"port": "cheaper", "label": "Use the cheaper model"})
    buttons.append({"port": "stop", "label": "Stop here"})
    message = over.fault.message
    if over.shared is not None and over.shared.scope.kind == "team":
        message += " Only admins of the team may raise its budget."
    request = {"message": message, "fields": fields, "buttons": buttons}
    return {"request": request, "fault": over.fault.to_json()}


def _limits(budget: RunBudget, need: Usage) -> list[Json]:
    limits, fields = budget.limits, []
    usd, tokens = budget.spent
    if limits.usd is not None:
        fields.append(_number("limit_usd", "New limit in US dollars", _double(limits.usd, usd, need.cost_usd)))
    if limits.tokens is not None:
        fields.append(_number("limit_tokens", "New limit in tokens", max(limits.tokens * 2, tokens + 2 * tokens_of(need))))
    return fields


def _shared_limits(now: Standing, need: Usage) -> list[Json]:
    kind = now.scope.kind
    fields, whose = [], f"a {now.per}, for all runs of this {kind}"
    if now.usd is not None:
        label = f"New limit in US dollars {whose}"
        fields.append(_number(f"{kind}_usd", label, _double(now.usd, now.spent_usd, need.cost_usd)))
    if now.tokens is not None:
        label = f"New limit in tokens {whose}"
        fields.append(_number(f"{kind}_tokens", label, max(now.tokens * 2, now.spent_tokens + 2 * tokens_of(need))))
    return fields


def _more_time(budget: RunBudget) -> Json:
    limit = budget.limits.seconds or 0.0
    return _number("limit_seconds", "New limit in seconds of work", round(max(limit * 2, budget.seconds + limit)))


def _double(limit: float, spent: float, need: float) -> float:
    """Give twice the limit, or what makes room for two such calls, with two digits that mean something."""
    return max(limit * 2, float(f"{spent + 2 * need:.2g}"))


def _number(name: str, label: str, default: float) -> Json:
    return {"name": name, "label": label, "type": "number", "required": True, "default": default}
