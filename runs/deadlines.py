"""Answers for nobody: an agent that asks a person goes on once the time to answer is over. Any worker sees to it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from runs import dispatch, publish
from runs.answers import ANSWERED
from runs.approvals import asking
from runs.driver.mail import answer_key
from runs.journal.inbox import ask
from runs.models import NodeRun
from runs.payloads import to_json
from runs.selectors import stored_value
from runs.shards import owner_of

TIMEOUT = "timeout"
MOST_AT_ONCE = 100


def answer_overdue() -> int:
    """Let agents go on whose question has been open for too long; say how many."""
    overdue = list(asking().filter(answer_by__lte=Now()).order_by("answer_by")[:MOST_AT_ONCE])
    return sum(_go_on(node_run, node_run.asked_key) for node_run in overdue)


def _go_on(node_run: NodeRun, key: str) -> bool:
    """Leave the answer of nobody with the owner of the run; one that somebody gave before counts."""
    asked: Any = stored_value(node_run.output, node_run.output_sha)
    step = {**asked["step"], "answer": {"button": TIMEOUT, "values": first_values(asked["request"]), "by": None}}
    answer = {"key": key, "attempt": node_run.attempt, "step": step, "fault": ANSWERED.to_json(), "gives_up": False}
    run_id = owner_of(node_run.run, key)
    with transaction.atomic():
        if not ask(run_id, "answer", answer_key(key, node_run.attempt), to_json(answer)):
            return False
        transaction.on_commit(lambda: publish.poke_owner(run_id))
        dispatch.hint_on_commit(run_id)
    return True


def first_values(request: Mapping[str, Any]) -> dict[str, Any]:
    """Give what stood in the fields when somebody was asked."""
    return {field["name"]: field["default"] for field in request["fields"] if field.get("default") is not None}
