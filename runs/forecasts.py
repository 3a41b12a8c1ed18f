"""Reads: what a run is likely to cost and take, from past runs where there are any, else from the sizes of prompts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from editor.catalogue import get_catalogue
from editor.graph.faults import NOTHING
from editor.graph.plan import Plan, PlanNode
from editor.graph.upgrade import canonical_json
from editor.models import Workflow
from editor.permissions import Action, Actor, require
from runs.engine.forecast import ONCE, Amount, Basis, Range, forecast, spread
from runs.engine.foresee import Foreseen
from runs.past import Did, counts_of, past_of, shares_of, walk
from runs.plans import plans
from runs.providers.prices import LOCAL, price_of
from runs.services import Version, choose_version

LETTERS_PER_TOKEN = Range(4.0, 3.5, 3.0)
INSERTED_LETTERS = Range(0, 600, 8000)
"""What an expression may put into a prompt, beside the run's input, whose size is known."""
ANSWER_TOKENS = (20, 250, 4096)
TURNS = 3
ATMOST_ONCE = Range(0, 0, 1)
TOKENS_PER_SECOND = Range(100, 50, 15)
LOCAL_TOKENS_PER_SECOND = Range(60, 25, 8)
HTTP_SECONDS = Range(0.1, 0.6, 10)
OTHER_SECONDS = Range(0, 0.05, 0.5)
OUTSIDE = frozenset({"approval", "webhook_wait", "wait"})
"""Their time is other people's."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run may cost and take.

    `past_runs` is on how many past runs it rests; `guessed` names the nodes that were guessed from their prompts. `unpriced` are
    models without a known price, which count as nothing. `waits` says that the run may wait for somebody, which is not counted.
    """

    amount: Amount
    past_runs: int
    guessed: tuple[str, ...]
    unpriced: tuple[str, ...]
    asks_models: bool
    waits: bool
    budget_usd: float | None


@dataclass(slots=True)
class _Found:
    past: Mapping[str, Sequence[Did]]
    letters: float
    amounts: dict[str, Amount] = field(default_factory=dict)
    runs: set[str] = field(default_factory=set)
    guessed: list[str] = field(default_factory=list)
    unpriced: dict[str, None] = field(default_factory=dict)
    asks_models: bool = False
    waits: bool = False


def run_forecast(*, workflow: Workflow, actor: Actor, version: Version, input: Mapping[str, Any]) -> Forecast:
    """Say what a run of a version would cost and take. Starts and keeps nothing."""
    require(actor, Action.RUN_START, workflow)
    with transaction.atomic():
        plan = plans.get(choose_version(workflow, actor, version).pk)
        told = forecast_of(workflow, plan, input, is_test=version == "draft")
        transaction.set_rollback(True)
    return told


def forecast_of(
    workflow: Workflow, plan: Plan, input: Mapping[str, Any], *, is_test: bool, chances: Mapping[str, Range] = NOTHING
) -> Forecast:
    """The same of a plan. `chances` says of nodes of the root scope how likely they run, where that is settled."""
    found = _Found(past_of(workflow, plan), len(canonical_json(dict(input))))
    for key, node in walk(plan):
        if node.disabled or node.container is not None:
            continue
        if is_test and node.pinned is not None:
            continue
        if chances.get(key) == Range():
            continue
        found.amounts[key] = _amount(found, key, node)
    basis = Basis(found.amounts, counts_of(found.past), shares_of(found.past), chances)
    return Forecast(
        forecast(plan, basis),
        len(found.runs),
        tuple(found.guessed),
        tuple(found.unpriced),
        found.asks_models,
        found.waits,
        plan.budget_usd,
    )


def chances_of(foreseen: Iterable[Foreseen]) -> dict[str, Range]:
    """Say how likely the nodes of a resumed run work: what is taken over does not, and what may run does half the time."""
    likely = {"run": ONCE, "maybe": Range(0, 0.5, 1)}
    return {one.node: likely.get(one.what, Range()) for one in foreseen}


def _amount(found: _Found, key: str, node: PlanNode) -> Amount:
    models = _models(node)
    found.asks_models = found.asks_models or bool(models)
    is_outside = node.type in OUTSIDE
    found.waits = found.waits or is_outside
    did = found.past.get(key)
    if did:
        found.runs.update(one.run for one in did)
        seconds = Range() if is_outside else spread([one.seconds for one in did])
        return Amount(spread([one.usd for one in did]), spread([one.tokens for one in did]), seconds)
    if models:
        found.guessed.append(node.name or node.id)
        return _cascade(found, node, models)
    if is_outside or node.inline:
        return Amount()
    return Amount(seconds=HTTP_SECONDS if node.type == "http_request" else OTHER_SECONDS)


def _models(node: PlanNode) -> list[str]:
    """Name the model that a node asks first, if it asks any, and the stronger ones that it may ask after it."""
    node_type = get_catalogue().get(node.type, node.type_version)
    if node_type is None or "model" not in node_type.params.model_fields:
        return []
    model = node.params.get("model") or node_type.params.model_fields["model"].default
    stronger = node.params.get("escalate_models")
    named = [model, *(stronger if isinstance(stronger, list | tuple) else ())]
    return [one for one in named if isinstance(one, str)]


def _cascade(found: _Found, node: PlanNode, models: Sequence[str]) -> Amount:
    """Guess what the first model takes, and in the high figure all stronger ones after it."""
    first, *others = [_from_prompt(found, node, model) for model in models]
    more = [other.times(ATMOST_ONCE, ATMOST_ONCE) for other in others]
    usd, tokens, seconds = first.usd, first.tokens, first.seconds
    for one in more:
        usd, tokens, seconds = usd + one.usd, tokens + one.tokens, seconds + one.seconds
    return Amount(usd, tokens, seconds)


def _from_prompt(found: _Found, node: PlanNode, model: str) -> Amount:
    """Guess from what is sent and from the longest answer."""
    price = price_of(model)
    if price is None:
        found.unpriced[model] = None
    sent = _sent_tokens(found, node)
    answer = _answer_tokens(node, price.answer_tokens if price else None)
    turns = Range(1, min(TURNS, _turns(node)), _turns(node))
    each = sent + answer
    usd = Range() if price is None else _priced(sent, price.input_usd) + _priced(answer, price.output_usd)
    speed = LOCAL_TOKENS_PER_SECOND if model.startswith(LOCAL) else TOKENS_PER_SECOND
    seconds = Range(answer.low / speed.low, answer.likely / speed.likely, answer.high / speed.high)
    return Amount(usd, each, seconds).times(turns, turns)


def _priced(tokens: Range, usd: float) -> Range:
    return tokens * Range(usd, usd, usd)


def _sent_tokens(found: _Found, node: PlanNode) -> Range:
    letters = float(sum(map(_letters, node.params.values())))
    inserted = Range()
    for name in node.references:
        is_given = name in ("start", "input", "inputs")
        inserted = inserted + (Range(found.letters, found.letters, found.letters) if is_given else INSERTED_LETTERS)
    total = inserted + Range(letters, letters, letters)
    per = LETTERS_PER_TOKEN
    return Range(total.low / per.low, total.likely / per.likely, total.high / per.high)


def _letters(value: Any) -> int:
    return len(value) if isinstance(value, str) else len(canonical_json(value)) if isinstance(value, dict | list) else 0


def _answer_tokens(node: PlanNode, longest: int | None) -> Range:
    given = None if _turns(node) > 1 else node.params.get("max_tokens")
    most = given if isinstance(given, int) and given > 0 else min(longest or ANSWER_TOKENS[2], ANSWER_TOKENS[2])
    return Range(min(ANSWER_TOKENS[0], most), min(ANSWER_TOKENS[1], most), most)


def _turns(node: PlanNode) -> int:
    """How often an agent asks its model at most; once for what is no agent."""
    if node.type != "agent":
        return 1
    turns = node.params.get("max_turns", 10)
    return turns if isinstance(turns, int) and turns > 0 else 10
