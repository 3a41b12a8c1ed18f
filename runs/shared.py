"""Runs behind a link: those that its visitors start, and the one that a replay shows.

A run's id opens nothing here. A visitor reads the runs that they started themselves, through the link by which they did.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from editor.errors import AppError, Invalid, NotFound
from editor.models import ShareLink
from editor.permissions import Action, Actor, require
from editor.sharing.models import Right
from editor.sharing.services import link_count_use, link_create, link_visited, version_of
from runs import services
from runs.engine.states import NODE_TERMINAL, RUN_TERMINAL
from runs.models import NodeRun, Run, Step
from runs.selectors import NodeDetail, Snapshot, as_uuid, stored_value
from runs.selectors import node_detail as read_node
from runs.selectors import run_snapshot as read_run
from runs.selectors import scope_list as read_scope
from runs.selectors import step_list as read_steps

INPUT_BYTES = 1024 * 1024
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a visitor's run is, without a word about its graph."""

    done: int
    total: int
    waits_for: str


@dataclass(frozen=True, slots=True)
class Visited:
    """A visitor's run as they see it."""

    run: Run
    output: Any
    progress: Progress
    said: str
    """What its author says to whoever reads a failure; empty where nobody says anything."""


def shared_run_start(*, token: str, note: str | None, input: Mapping[str, Any]) -> Visited:
    """Start a run for a visitor, as whoever made the link, of the version that the link shows."""
    link, visit = link_visited(token=token, note=note, right=Right.RUN)
    if len(json.dumps(input)) > INPUT_BYTES:
        raise Invalid("too_large", "This is more than a link takes. Send less.", data={"limit_bytes": INPUT_BYTES})
    with transaction.atomic():
        ShareLink.objects.select_for_update().get(pk=link.pk)  # so that two at once do not both find room in the hour
        link_count_use(link)
        _check_pace(link)
        run = services.run_start(
            workflow=link.workflow,
            actor=link.made_by,
            input=input,
            version=version_of(link).number or "latest",
            trigger="link",
            origin={"link": link, "visitor": visit.visitor},
        )
    return _visited(run)


def shared_run_get(*, token: str, note: str | None, run_id: object) -> Visited:
    """Read a run that this visitor started."""
    return _visited(_own_run(token, note, run_id))


def shared_run_cancel(*, token: str, note: str | None, run_id: object) -> Visited:
    """Stop a run that this visitor started."""
    run = _own_run(token, note, run_id)
    if run.link is not None:
        services.run_cancel(run=run, actor=run.link.made_by, reason="visitor")
    return _visited(run)


def replay_link_create(*, run: Run, actor: Actor, **terms: Any) -> tuple[ShareLink, str]:
    """Make a link to the replay of a run that has ended."""
    require(actor, Action.RUN_VIEW, run.workflow)
    if run.status not in RUN_TERMINAL:
        raise AppError("run_not_ended", "This run is still under way. Share its replay when it has ended.", status=409)
    return link_create(workflow=run.workflow, actor=actor, right=Right.REPLAY, run=run.pk, of_run=run.version, **terms)


def replay_of(token: str, note: str | None) -> tuple[ShareLink, Snapshot]:
    """Read the run that a link replays."""
    link, _ = link_visited(token=token, note=note, right=Right.REPLAY)
    return link, read_run(actor=link.made_by, run_id=link.run)


def replay_node(token: str, note: str | None, key: str) -> NodeDetail:
    """Read one node run of a replay."""
    link, _ = link_visited(token=token, note=note, right=Right.REPLAY)
    return read_node(actor=link.made_by, run_id=link.run, key=key)


def replay_scope(token: str, note: str | None, scope: str) -> list[NodeRun]:
    """Read one turn or item of a replay."""
    link, _ = link_visited(token=token, note=note, right=Right.REPLAY)
    return list(read_scope(actor=link.made_by, run_id=link.run, scope=scope))


def replay_steps(token: str, note: str | None, key: str) -> list[Step]:
    """Read what an agent of a replay did."""
    link, _ = link_visited(token=token, note=note, right=Right.REPLAY)
    return list(read_steps(actor=link.made_by, run_id=link.run, key=key))


def _own_run(token: str, note: str | None, run_id: object) -> Run:
    link, visit = link_visited(token=token, note=note, right=Right.RUN)
    own = Run.objects.filter(link=link, visitor=visit.visitor).with_shards()
    run = own.select_related("workflow", "version", "link__made_by").filter(pk=as_uuid(run_id)).first()
    if run is None:
        raise NotFound
    return run


def _check_pace(link: ShareLink) -> None:
    since = timezone.now() - AN_HOUR
    recent = Run.objects.filter(link=link, created_at__gt=since)
    if recent.count() >= link.runs_per_hour:
        message = "This was run very often in the last hour. Try again later."
        raise AppError("too_many_runs", message, status=429, data={"limit": link.runs_per_hour})


def _visited(run: Run) -> Visited:
    nodes = {node["id"]: node for node in run.version.document.get("nodes", ())}
    counted = [node_id for node_id, node in nodes.items() if not node.get("parent") and node.get("type") not in {"note", "frame"}]
    rows = list(
        NodeRun.objects.filter(run=run).exclude(status="skipped").values_list("scope_path", "node_id", "status", "reason")
    )
    ended = {node for scope, node, status, _ in rows if not scope and status in NODE_TERMINAL}
    waits = next((reason or "time" for _, _, status, reason in rows if status == "waiting"), "")
    at_work = any(status == "running" for _, _, status, _ in rows)
    progress = Progress(len(ended.intersection(counted)), len(counted), "" if at_work else waits)
    output = stored_value(run.output, run.output_sha) if run.status in RUN_TERMINAL else None
    return Visited(run, output, progress, _said(run, nodes))


def _said(run: Run, nodes: Mapping[str, Mapping[str, Any]]) -> str:
    """Give the message of a failure where a node that fails on purpose has written it: for everybody who runs this."""
    error = run.error or {}
    key = str((error.get("data") or {}).get("node", ""))
    node = nodes.get(key.rpartition("/")[2], {})
    return str(error.get("message", "")) if node.get("type") == "fail" else ""
