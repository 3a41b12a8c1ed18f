"""Answers to what runs ask people."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from editor.errors import AppError, Invalid, NotFound
from editor.graph.ids import NodeKey, split_key
from editor.graph.nodetype import APPROVAL
from editor.permissions import Action, Actor, require
from runs import dispatch, publish
from runs.driver.mail import answer_key
from runs.journal.inbox import ask
from runs.models import NodeRun, Run
from runs.nodes.start import StartField, StartParams, read_input
from runs.payloads import to_json
from runs.selectors import stored_value


def run_answer(*, run: Run, actor: Actor, key: str, button: str, values: Mapping[str, Any]) -> None:
    """Answer what a node run waits for. The first answer counts, and none after its time limit."""
    require(actor, Action.RUN_ANSWER, run.workflow)
    node_run = _waiting(run, key)
    asked = stored_value(node_run.output, node_run.output_sha)
    value = {**asked, "answer": button, "values": _checked(asked["request"], button, values), "by": actor.get_username()}
    payload = to_json({"key": key, "attempt": node_run.attempt, "value": value, "ports": [button]})
    run_id = str(run.pk)
    with transaction.atomic():
        if not ask(run_id, "answer", answer_key(key, node_run.attempt), payload):
            raise AppError("already_answered", "Somebody else was quicker, or the time to answer is over.", status=409)
        transaction.on_commit(lambda: publish.poke_owner(run_id))
        dispatch.hint_on_commit(run_id)


def _waiting(run: Run, key: str) -> NodeRun:
    """Find the node run that is to be answered."""
    scope, node_id = split_key(NodeKey(key))
    node_run = NodeRun.objects.filter(run=run, scope_path=scope, node_id=node_id).first()
    if node_run is None:
        raise NotFound
    if node_run.status != "waiting" or node_run.reason != APPROVAL:
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
