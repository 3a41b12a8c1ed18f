"""Writes of links: make, change, revoke, open, copy. Whoever made a link lends their rights, for as long as they have them."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from editor.errors import AppError, Invalid, NotFound
from editor.models import Workflow, WorkflowVersion
from editor.permissions import Action, Actor, can, require
from editor.selectors import version_get, version_latest
from editor.services import document_read, workflow_create
from editor.sharing.exposure import exposed
from editor.sharing.models import NAME_MAX, RUNS_PER_HOUR, Right, ShareLink
from editor.sharing.visits import Visit, visit_begin, visit_read

LINKS_MAX = 200
"""Of one workflow that are neither revoked nor over."""
WRONG_MAX = 10
WRONG_FOR = timedelta(minutes=15)
"""So many wrong passwords in that time, from anywhere; then the link takes none for the rest of it."""
TOKEN_LENGTH = 43
LENDS = {
    Right.VIEW: Action.VERSION_VIEW,
    Right.COPY: Action.WORKFLOW_DUPLICATE,
    Right.RUN: Action.RUN_START,
    Right.REPLAY: Action.RUN_VIEW,
}
"""What whoever makes a link has to be allowed, now and whenever it is used."""


def link_create(
    *,
    workflow: Workflow,
    actor: Actor,
    right: Right,
    version: int | None = None,
    run: uuid.UUID | None = None,
    of_run: WorkflowVersion | None = None,
    **terms: Any,
) -> tuple[ShareLink, str]:
    """Make a link, and give it with its token, this once. `terms` are those of `link_change`; `of_run` is what a replay ran."""
    require(actor, Action.LINK_CREATE, workflow)
    require(actor, LENDS[right], workflow)
    if (right == Right.REPLAY) != (run is not None):
        raise Invalid("invalid", "A replay is of one run.", data={"fields": {"right": "Share the replay from its run."}})
    maker: Any = actor.pk
    link = ShareLink(workflow=workflow, made_by_id=maker, right=right, run=run, version=of_run)
    if right != Right.REPLAY:
        shown = version_to_share(workflow, actor, version)
        link.version = None if version is None else shown
    token = secrets.token_urlsafe(32)
    link.digest = digest_of(token)
    _apply(link, terms)
    with transaction.atomic():
        if Workflow.objects.active().select_for_update().filter(pk=workflow.pk).first() is None:
            raise NotFound
        if workflow.links.working(timezone.now()).count() >= LINKS_MAX:
            raise AppError("too_many_links", f"This workflow has {LINKS_MAX} links. Revoke some first.", status=409)
        link.save(force_insert=True)
    return link, token


def link_change(*, link: ShareLink, actor: Actor, **terms: Any) -> ShareLink:
    """Change name, expiry, password or limits; what is left out stays. Its address stays as well."""
    require(actor, Action.LINK_CHANGE, link.workflow)
    _apply(link, terms)
    link.save(update_fields=[*terms, "failures"] if "password" in terms else list(terms))
    return link


def link_revoke(*, link: ShareLink, actor: Actor) -> ShareLink:
    """End a link for good: whoever holds it finds nothing from now on, also in the middle of a visit."""
    require(actor, Action.LINK_CHANGE, link.workflow)
    ShareLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    link.refresh_from_db(fields=["revoked_at"])
    return link


def link_find(token: str) -> ShareLink:
    """Find a link that works, by its token; everything else is not there. Its uses are not looked at."""
    found = None
    if len(token) == TOKEN_LENGTH:
        working = ShareLink.objects.working(timezone.now()).select_related("workflow", "version", "made_by")
        found = working.defer("workflow__draft", "workflow__draft_problems").filter(digest=digest_of(token)).first()
    if found is None or not can(found.made_by, LENDS[Right(found.right)], found.workflow):
        raise NotFound
    return found


def link_open(*, token: str, password: str, note: str | None) -> tuple[ShareLink, Visit]:
    """Let a visitor in. A new one is counted; of a view or a replay that is a use."""
    link = link_find(token)
    visit = visit_read(link, note)
    if visit is not None:
        return link, visit
    if not ShareLink.objects.filter(pk=link.pk).with_uses_left().exists():
        raise NotFound
    check_lock(link, password)
    counted: dict[str, Any] = {"opens": F("opens") + 1, "last_used_at": timezone.now()}
    if link.right in {Right.VIEW, Right.REPLAY}:
        counted["uses"] = F("uses") + 1
    if not ShareLink.objects.filter(pk=link.pk).with_uses_left().update(**counted):
        raise NotFound
    return link, visit_begin()


def link_visited(*, token: str, note: str | None, right: Right) -> tuple[ShareLink, Visit]:
    """Find a link for somebody who has opened it, for what it is good for."""
    link = link_find(token)
    visit = visit_read(link, note)
    if visit is None or link.right != right:
        raise NotFound
    return link, visit


def link_count_use(link: ShareLink) -> None:
    """Count one use, or refuse where none is left. In the transaction of what it is used for."""
    used = ShareLink.objects.working(timezone.now()).with_uses_left().filter(pk=link.pk)
    if not used.update(uses=F("uses") + 1, last_used_at=timezone.now()):
        raise NotFound


def link_copy(*, token: str, password: str, note: str | None, actor: Actor) -> Workflow:
    """Copy what a link shows into a workflow of the actor's own. Whoever has visited it needs no password any more."""
    require(actor, Action.WORKFLOW_CREATE)
    link = link_find(token)
    if link.right != Right.COPY:
        raise NotFound
    if visit_read(link, note) is None:
        check_lock(link, password)
    version = version_of(link)
    with transaction.atomic():
        link_count_use(link)
        return workflow_create(
            actor=actor,
            name=link.workflow.name,
            description=link.workflow.description,
            document=document_read(exposed(version.document, maker=link.made_by).document),
        )


def version_of(link: ShareLink) -> WorkflowVersion:
    """Give the version that a link shows now."""
    found = link.version or link.workflow.versions.published().order_by("-number").first()
    if found is None:
        raise NotFound
    return found


def version_to_share(workflow: Workflow, actor: Actor, number: int | None) -> WorkflowVersion:
    """Give the version that a new link would show: one by its number, or the newest. Drafts are never shown."""
    found = (
        version_latest(actor=actor, workflow=workflow)
        if number is None
        else version_get(actor=actor, workflow=workflow, number=number)
    )
    if found is None:
        raise AppError("not_published", "Publish a version first: links show what is published, never the draft.", status=409)
    return found


def digest_of(token: str) -> str:
    """Give what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_lock(link: ShareLink, password: str) -> None:
    """Check the password of a link that has one. Wrong ones are counted in the database, before the next is looked at."""
    if not link.password:
        return
    if not password:
        raise AppError("password_required", "This link asks for a password.", status=403)
    now = timezone.now()
    ShareLink.objects.filter(pk=link.pk, failing_since__lt=now - WRONG_FOR).update(failures=0, failing_since=None)
    row = ShareLink.objects.filter(pk=link.pk, failures__lt=WRONG_MAX)
    if not row.update(failures=F("failures") + 1):
        raise AppError("too_many_tries", "Too many wrong passwords. Try again in a quarter of an hour.", status=429)
    if check_password(password, link.password):
        ShareLink.objects.filter(pk=link.pk).update(failures=0, failing_since=None)
        return
    ShareLink.objects.filter(pk=link.pk, failing_since__isnull=True).update(failing_since=now)
    raise AppError("password_wrong", "This is not the password.", status=403)


def _apply(link: ShareLink, terms: dict[str, Any]) -> None:
    wrong: dict[str, str] = {}
    if "name" in terms:
        link.name = " ".join(terms["name"].split())[:NAME_MAX]
    if "expires_at" in terms:
        link.expires_at = terms["expires_at"]
        if _is_past(link.expires_at):
            wrong["expires_at"] = "This moment is over."
    if "password" in terms:
        link.password = make_password(terms["password"]) if terms["password"] else ""
        link.failures = 0
    if "uses_limit" in terms:
        link.uses_limit = terms["uses_limit"]
    if "runs_per_hour" in terms:
        link.runs_per_hour = terms["runs_per_hour"] or RUNS_PER_HOUR
    if wrong:
        raise Invalid("invalid", "Some fields are not as they should be.", data={"fields": wrong})


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment <= timezone.now()
