"""Who else has a workflow open, whatever Redis does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F

from editor.models import Grant, Presence, Workflow
from editor.permissions import Role
from editor.presence import FORGOTTEN_AFTER, GONE_AFTER
from graphapp.accounts.models import User
from tests.integration.editor.conftest import Api

pytestmark = pytest.mark.django_db
Others = list[tuple[str, bool, bool]]


def beat(api: Api, workflow: Workflow, page: str) -> Others:
    """Say that a page is there and read who else is."""
    answer = api("PUT", f"/workflows/{workflow.pk}/presence", {"page": page})
    assert answer.status == 200, answer.body
    assert answer.json["revision"] == Workflow.objects.get(pk=workflow.pk).revision
    return [(one["name"], one["is_you"], one["can_edit"]) for one in answer.json["others"]]


def test_people_see_each_other_and_what_they_may_do(
    api: Api, as_: Callable[[User | None], Api], workflow: Workflow, ed: User, vic: User
) -> None:
    Grant.objects.create(workflow=workflow, person=ed, role=Role.EDITOR)
    Grant.objects.create(workflow=workflow, person=vic, role=Role.VIEWER)
    assert beat(api, workflow, "a") == []
    assert beat(as_(ed), workflow, "a") == [("Olga", False, True)]
    assert beat(as_(vic), workflow, "a") == [("Ed", False, True), ("Olga", False, True)]
    assert beat(api, workflow, "a") == [("Ed", False, True), ("Vic", False, False)]
    assert beat(api, workflow, "b") == [("Ed", False, True), ("Vic", False, False), ("Olga", True, True)]


def test_whoever_leaves_or_falls_silent_is_gone(
    api: Api, as_: Callable[[User | None], Api], workflow: Workflow, ed: User
) -> None:
    Grant.objects.create(workflow=workflow, person=ed, role=Role.EDITOR)
    beat(as_(ed), workflow, "a")
    beat(as_(ed), workflow, "b")
    assert as_(ed)("POST", f"/workflows/{workflow.pk}/presence/leave", {"page": "a"}).status == 204
    assert beat(api, workflow, "mine") == [("Ed", False, True)]
    Presence.objects.filter(person=ed).update(seen_at=F("seen_at") - GONE_AFTER - timedelta(seconds=1))
    assert beat(api, workflow, "mine") == []
    Presence.objects.filter(person=ed).update(seen_at=F("seen_at") - FORGOTTEN_AFTER)
    beat(api, workflow, "another")
    assert not Presence.objects.filter(person=ed).exists()


def test_a_stranger_neither_sees_nor_is_seen(api: Api, as_: Callable[[User | None], Api], workflow: Workflow, sam: User) -> None:
    assert as_(sam)("PUT", f"/workflows/{workflow.pk}/presence", {"page": "a"}).status == 404
    assert beat(api, workflow, "a") == []


@pytest.mark.parametrize("page", ["", "x" * 41, "a b", "<b>", "a/b"])
def test_a_page_has_a_plain_name(api: Api, workflow: Workflow, page: str) -> None:
    assert api("PUT", f"/workflows/{workflow.pk}/presence", {"page": page}).status == 422
