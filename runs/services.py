"""Writes: start a run, cancel a run."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from pydantic import ValidationError

from editor.catalogue import get_catalogue
from editor.errors import AppError, Invalid, NotFound
from editor.graph.faults import NOTHING
from editor.models import Workflow, WorkflowVersion
from editor.permissions import Action, Actor, require
from editor.selectors import version_get, version_latest
from editor.services import document_read, graph_check, version_for_draft
from runs import dispatch, publish
from runs.engine.states import RUN_TERMINAL
from runs.journal import Follow, insert_run
from runs.journal.inbox import ask
from runs.models import Run
from runs.nodes.start import StartParams, read_input
from runs.payloads import to_json

Version = int | str
"""A number, ``draft`` or ``latest``."""

MOST_CHECKED = 10_000
_checked: set[tuple[int, str]] = set()
"""Contents that this process found fit to run, by catalogue and digest: neither they nor its rules ever change."""


def run_start(
    *,
    workflow: Workflow,
    actor: Actor,
    input: Mapping[str, Any],
    version: Version = "draft",
    trigger: str = "manual",
    idempotency_key: str | None = None,
    budget: Mapping[str, Any] = NOTHING,
    origin: Mapping[str, Any] = NOTHING,
) -> Run:
    """Start a run of a version of a workflow, or give the run that was started with this key before.

    The run is queued in the database; workers hear of it after the commit. A broker that is down delays it and does not
    refuse it. `origin` has the columns that say more of what started it than `trigger` does.
    """
    require(actor, Action.RUN_START, workflow)
    if idempotency_key and (before := started_before(workflow, idempotency_key)):
        return before
    try:
        with transaction.atomic():
            chosen = choose_version(workflow, actor, version)
            values = input_check(chosen, input)
            follow = Follow(is_test=version == "draft")
            run = insert_run(
                chosen,
                actor,
                values,
                trigger=trigger,
                idempotency_key=idempotency_key or None,
                follow=follow,
                budget=budget,
                origin=origin,
            )
            dispatch.hint_on_commit(str(run.pk))
    except IntegrityError:
        earlier = started_before(workflow, idempotency_key) if idempotency_key else None
        if earlier is None:
            raise
        return earlier
    run.workflow = workflow
    return run


def run_cancel(*, run: Run, actor: Actor, reason: str = "user") -> Run:
    """Ask the owner of a run to stop it. Asking twice, or too late, changes nothing."""
    require(actor, Action.RUN_CANCEL, run.workflow)
    if run.status not in RUN_TERMINAL:
        run_id = str(run.pk)
        with transaction.atomic():
            ask(run_id, "cancel", "cancel", to_json({"reason": reason, "actor": actor.pk}))
            transaction.on_commit(lambda: publish.poke_owner(run_id))
            dispatch.hint_on_commit(run_id)
    return run


def input_check(version: WorkflowVersion, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check a run's input against the fields of the version's start node and fill in defaults."""
    params = start_params(version)
    if params is None:
        return dict(given)
    values, wrong = read_input(params, given)
    if wrong:
        raise Invalid("input_invalid", "The input does not fit this workflow.", data={"fields": wrong})
    return values


def choose_version(workflow: Workflow, actor: Actor, version: Version) -> WorkflowVersion:
    """Find what to run. A draft is checked first; published versions were when they were published."""
    if version == "draft":
        draft = version_for_draft(workflow, actor)
        if draft.number is None:
            _check_once(draft)
        return draft
    if isinstance(version, int):
        return version_get(actor=actor, workflow=workflow, number=version)
    latest = version_latest(actor=actor, workflow=workflow)
    if latest is None:
        raise AppError("not_published", "This workflow has no published version yet.", status=409)
    return latest


def _check_once(draft: WorkflowVersion) -> None:
    """Refuse a draft with errors. What has passed once is not checked again: that is most of what a large run costs."""
    known = (id(get_catalogue()), draft.digest)
    if known in _checked:
        return
    graph_check(document_read(draft.document))
    if len(_checked) >= MOST_CHECKED:
        _checked.clear()
    _checked.add(known)


def started_before(workflow: Workflow, idempotency_key: str) -> Run | None:
    """Find the run that was started with this key."""
    return Run.objects.select_related("workflow", "version").filter(workflow=workflow, idempotency_key=idempotency_key).first()


def start_params(version: WorkflowVersion) -> StartParams | None:
    """Read the form of a version from its start nodes; several count as one form."""
    starts = [node for node in version.document.get("nodes", ()) if node.get("type") == "start"]
    try:
        forms = [StartParams.model_validate(node.get("params") or {}) for node in starts]
    except ValidationError:
        raise NotFound from None
    if not forms:
        return None
    fields = tuple(field for form in forms for field in form.fields)
    return StartParams(fields=fields, allow_extra=any(form.allow_extra for form in forms))
