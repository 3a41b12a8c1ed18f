"""Answers to what runs ask people."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from django.db import transaction

from editor.errors import AppError, Forbidden, Invalid, NotFound
from editor.graph.faults import Fault
from editor.graph.ids import NodeKey, split_key
from editor.graph.nodetype import APPROVAL, WEBHOOK
from editor.permissions import Action, Actor, require, team_of
from runs import dispatch, publish
from runs.approvals import may_answer
from runs.budget import Limits
from runs.driver.mail import answer_key
from runs.engine.calls import plan_at
from runs.engine.state import BUDGET, QUESTIONS, UNCERTAIN
from runs.executor import pass_through
from runs.journal.inbox import ask
from runs.models import NodeRun, Run
from runs.nodes.start import StartField, StartParams, read_input
from runs.notifications import approval_settled
from runs.payloads import to_json
from runs.plans import plans
from runs.selectors import stored_value
from runs.shards import owner_of
from runs.shared_budgets import budget_raise
from runs.standing import Scope

Answer = dict[str, Any]
"""What the owner of the run finds in its inbox, beside the key and the attempt."""
SharedBy = Literal["workflow", "team"]
ANSWERED = Fault("answered", "Somebody has answered, and the agent goes on.")


def run_answer(*, run: Run, actor: Actor, key: str, button: str, values: Mapping[str, Any]) -> NodeRun:
    """Answer what a node run waits for, and give it as it is until its owner has heard.

    The first answer counts, and none after its time limit.
    """
    node_run = _waiting(run, key)
    asked = stored_value(node_run.output, node_run.output_sha)
    if not may_answer(actor, run, node_run, asked["request"]):
        raise Forbidden
    given = _checked(asked["request"], button, values)
    by = actor.get_username()
    if "step" in asked:
        step = {**asked["step"], "answer": {"button": button, "values": given, "by": by}}
        answer: Answer = {"step": step, "fault": ANSWERED.to_json(), "gives_up": False}
    elif node_run.reason == APPROVAL:
        answer = {"value": {**asked, "answer": button, "values": given, "by": by}, "ports": [button]}
    elif node_run.reason == BUDGET:
        if button == "raise":
            _may_raise(actor, run, asked, given)
        answer = {"budget": _limits(run, button, given).to_json(), "by": by}
    else:
        answer = _about_lost_work(run, node_run, button, given)
    payload = to_json({"key": key, "attempt": node_run.attempt, **answer})
    run_id = owner_of(run, key)
    with transaction.atomic():
        if button == "raise" and (kind := shared_by(given)) is not None:
            tokens = given.get(f"{kind}_tokens")
            scope = Scope(kind, _team_of(asked) if kind == "team" else str(run.workflow_id))
            budget_raise(scope, usd=given.get(f"{kind}_usd"), tokens=None if tokens is None else int(tokens))
        if not ask(run_id, "answer", answer_key(key, node_run.attempt), payload):
            raise AppError("already_answered", "Somebody else was quicker, or the time to answer is over.", status=409)
        approval_settled(run.pk, key, node_run.attempt)
        transaction.on_commit(lambda: publish.poke_owner(run_id))
        dispatch.hint_on_commit(run_id)
    return node_run


def _waiting(run: Run, key: str) -> NodeRun:
    """Find the node run that is to be answered."""
    scope, node_id = split_key(NodeKey(key))
    node_run = NodeRun.objects.filter(run=run, scope_path=scope, node_id=node_id).first()
    if node_run is None:
        raise NotFound
    if node_run.status != "waiting" or node_run.reason not in QUESTIONS - {WEBHOOK}:
        raise AppError("not_waiting", "Nothing is asked here any more.", status=409)
    return node_run


def _checked(request: Mapping[str, Any], button: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Check an answer against what was asked, and fill in what was left as it stood."""
    ports = [one["port"] for one in request["buttons"]]
    if button not in ports:
        raise Invalid(
            "answer_invalid", f"There is no button {button[:60]!r}; there are {', '.join(ports)}.", data={"buttons": ports}
        )
    form = StartParams(fields=tuple(StartField.model_validate(field) for field in request["fields"]))
    checked, wrong = read_input(form, values)
    if wrong:
        raise Invalid("answer_invalid", "The answer does not fit the fields.", data={"fields": wrong})
    return checked


def shared_by(given: Mapping[str, Any]) -> SharedBy | None:
    """Say whether a decision is about the budget of all runs of the workflow, or of its team."""
    kinds: tuple[SharedBy, ...] = ("workflow", "team")
    return next((kind for kind in kinds if f"{kind}_usd" in given or f"{kind}_tokens" in given), None)


def _may_raise(actor: Actor, run: Run, asked: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse whoever may not raise the limit that is asked about: the run's, the workflow's, or the team's."""
    kind = shared_by(given)
    if kind != "team":
        require(actor, Action.RUN_RAISE if kind is None else Action.BUDGET_SET, run.workflow)
        return
    try:
        team_of(actor, _team_of(asked), Action.TEAM_BUDGET)
    except (Forbidden, NotFound):
        raise Forbidden("forbidden", "Only admins of the team may raise its budget.") from None


def _team_of(asked: Mapping[str, Any]) -> str:
    """Give the team whose budget was used up when it was asked."""
    return str(asked["fault"]["data"]["team"])


def _limits(run: Run, button: str, given: Mapping[str, Any]) -> Limits:
    """Read a decision about the budget: it holds for the rest of the run."""
    now = Limits.from_json(run.budget)
    if button == "stop":
        return replace(now, is_final=True)
    if button == "cheaper":
        return replace(now, model=given["model"])
    if shared_by(given) is not None:
        return now
    usd, tokens = given.get("limit_usd", now.usd), given.get("limit_tokens", now.tokens)
    seconds = given.get("limit_seconds", now.seconds)
    wrong = {}
    if now.usd is not None and usd < now.usd:
        wrong["limit_usd"] = "This is less than the limit of now."
    if now.tokens is not None and tokens < now.tokens:
        wrong["limit_tokens"] = "This is less than the limit of now."
    if now.seconds is not None and seconds < now.seconds:
        wrong["limit_seconds"] = "This is less than the limit of now."
    if wrong or (usd, tokens, seconds) == (now.usd, now.tokens, now.seconds):
        message = "The new limit must be higher than the old one."
        raise Invalid("answer_invalid", message, data={"fields": wrong})
    return replace(now, usd=usd, tokens=None if tokens is None else int(tokens), seconds=seconds)


def _about_lost_work(run: Run, node_run: NodeRun, button: str, given: Mapping[str, Any]) -> Answer:
    """Read a decision about work of which nobody knows whether it has happened."""
    node = plan_at(plans.get(run.version_id), node_run.scope_path).nodes[node_run.node_id]
    if button == "done":
        return {"value": given.get("result"), "ports": list(pass_through(node))}
    message = "The worker was lost while this node was running, and somebody decided what becomes of it."
    return {"fault": Fault(UNCERTAIN, message).to_json(), "gives_up": button == "fail"}
