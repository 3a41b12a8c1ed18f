"""C13: each action has a name and a role of its own; no route gets by with a weaker one."""

import pytest

from editor.permissions import NEEDS, Action, Role, role_of
from graphapp.accounts.models import Membership, User
from tests.security.routes import Route, belongings, call, owned_by_team, routes, rows, signed_in

pytestmark = pytest.mark.django_db

ACTIONS: dict[str, Action | None] = {
    "me": None,
    "node_type_list": None,
    "document_wrap_cycles": None,
    "template_list": None,
    "template_open": None,
    "workflow_list": None,
    "workflow_create": None,
    "run_list": None,
    "workflow_get": Action.WORKFLOW_VIEW,
    "workflow_rename": Action.WORKFLOW_RENAME,
    "workflow_duplicate": Action.WORKFLOW_DUPLICATE,
    "workflow_archive": Action.WORKFLOW_ARCHIVE,
    "draft_get": Action.DRAFT_VIEW,
    "draft_save": Action.DRAFT_SAVE,
    "version_publish": Action.VERSION_PUBLISH,
    "version_list": Action.VERSION_VIEW,
    "version_get": Action.VERSION_VIEW,
    "history_list": Action.VERSION_VIEW,
    "history_get": Action.VERSION_VIEW,
    "draft_restore": Action.DRAFT_SAVE,
    "names_get": Action.DRAFT_VIEW,
    "value_preview": Action.DRAFT_VIEW,
    "budget_get": Action.BUDGET_VIEW,
    "budget_set": Action.BUDGET_SET,
    "run_start": Action.RUN_START,
    "run_get": Action.RUN_VIEW,
    "run_compare": Action.RUN_VIEW,
    "run_document": Action.RUN_VIEW,
    "node_run_get": Action.RUN_VIEW,
    "scope_get": Action.RUN_VIEW,
    "step_list": Action.RUN_VIEW,
    "event_list": Action.RUN_VIEW,
    "log_list": Action.RUN_VIEW,
    "log_file": Action.RUN_VIEW,
    "run_resume": Action.RUN_START,
    "run_foresee": Action.RUN_START,
    "forecast_get": Action.RUN_START,
    "run_cancel": Action.RUN_CANCEL,
    "run_answer": Action.RUN_ANSWER,
    "approval_delegate": Action.RUN_ANSWER,
    "approval_list": None,
    "notification_list": None,
    "notification_read": None,
    "spending_get": None,
    "provider_kinds": None,
    "credential_list": None,
    "credential_create": None,
    "credential_get": Action.CREDENTIAL_USE,
    "credential_uses": Action.CREDENTIAL_USE,
    "credential_update": Action.CREDENTIAL_EDIT,
    "credential_delete": Action.CREDENTIAL_EDIT,
    "credential_test": Action.CREDENTIAL_USE,
    "model_list": None,
    "default_models_get": None,
    "default_models_set": None,
    "knowledge_list": None,
    "knowledge_create": None,
    "knowledge_get": Action.KNOWLEDGE_VIEW,
    "knowledge_update": Action.KNOWLEDGE_EDIT,
    "knowledge_delete": Action.KNOWLEDGE_DELETE,
    "knowledge_reindex": Action.KNOWLEDGE_EDIT,
    "knowledge_question_ask": Action.KNOWLEDGE_SEARCH,
    "knowledge_question_get": Action.KNOWLEDGE_SEARCH,
    "knowledge_document_list": Action.KNOWLEDGE_VIEW,
    "knowledge_document_upload": Action.KNOWLEDGE_EDIT,
    "knowledge_document_add_url": Action.KNOWLEDGE_EDIT,
    "knowledge_document_get": Action.KNOWLEDGE_VIEW,
    "knowledge_document_delete": Action.KNOWLEDGE_EDIT,
    "knowledge_document_reindex": Action.KNOWLEDGE_EDIT,
    "knowledge_document_file": Action.KNOWLEDGE_VIEW,
    "knowledge_document_replace": Action.KNOWLEDGE_EDIT,
    "knowledge_passage_list": Action.KNOWLEDGE_VIEW,
    "trigger_list": Action.TRIGGER_VIEW,
    "trigger_create": Action.TRIGGER_EDIT,
    "trigger_get": Action.TRIGGER_VIEW,
    "trigger_update": Action.TRIGGER_EDIT,
    "trigger_rotate": Action.TRIGGER_EDIT,
    "trigger_delete": Action.TRIGGER_EDIT,
    "trigger_times": Action.TRIGGER_VIEW,
    "trigger_calls": Action.TRIGGER_EDIT,
    "outgoing_list": Action.TRIGGER_VIEW,
    "outgoing_create": Action.TRIGGER_EDIT,
    "outgoing_update": Action.TRIGGER_EDIT,
    "outgoing_rotate": Action.TRIGGER_EDIT,
    "outgoing_delete": Action.TRIGGER_EDIT,
    "delivery_list": Action.TRIGGER_EDIT,
    "delivery_repeat": Action.TRIGGER_EDIT,
    "schedule_preview": None,
    "time_zones": None,
    "link_list": Action.LINK_VIEW,
    "presence_beat": Action.DRAFT_VIEW,
    "presence_leave": Action.DRAFT_VIEW,
    "version_roll_back": Action.VERSION_PUBLISH,
    "link_preview": Action.LINK_CREATE,
    "link_create": Action.LINK_CREATE,
    "link_change": Action.LINK_CHANGE,
    "link_revoke": Action.LINK_CHANGE,
    "replay_preview": Action.LINK_CREATE,
    "replay_link_create": Action.LINK_CREATE,
    "shared_copy": None,
    "grant_list": Action.GRANT_VIEW,
    "grant_add": Action.GRANT_SET,
    "grant_change": Action.GRANT_SET,
    "grant_remove": Action.GRANT_SET,
    "knowledge_grant_list": Action.GRANT_VIEW,
    "knowledge_grant_add": Action.GRANT_SET,
    "knowledge_grant_change": Action.GRANT_SET,
    "knowledge_grant_remove": Action.GRANT_SET,
    "workflow_transfer": Action.WORKFLOW_TRANSFER,
    "knowledge_transfer": Action.KNOWLEDGE_TRANSFER,
    "team_list": None,
    "team_create": None,
    "team_get": Action.TEAM_VIEW,
    "team_rename": Action.TEAM_MANAGE,
    "team_delete": Action.TEAM_DELETE,
    "team_member_set": Action.TEAM_MANAGE,
    "team_member_remove": Action.TEAM_MANAGE,
    "team_invite": Action.TEAM_MANAGE,
    "team_uninvite": Action.TEAM_MANAGE,
    "failure_list": None,
    "failure_count": None,
    "failure_view_list": None,
    "failure_view_save": None,
    "failure_view_delete": None,
    "failure_get": Action.RUN_VIEW,
    "failure_run_list": Action.RUN_VIEW,
    "failure_review": Action.RUN_VIEW,
    "failure_set_state": Action.RUN_ANSWER,
    "failure_assign": Action.RUN_ANSWER,
    "failure_comment": Action.RUN_ANSWER,
    "failure_merge": Action.RUN_ANSWER,
    "failure_split": Action.RUN_ANSWER,
    "failure_handle": Action.RUN_ANSWER,
}
"""What each operation asks for; None for what belongs to no one thing."""

GUARDED = [route for route in routes() if ACTIONS.get(route.operation)]


def test_every_route_has_its_action() -> None:
    assert {route.operation for route in routes()} == set(ACTIONS)


def test_every_action_has_its_role() -> None:
    assert set(NEEDS) == set(Action)


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        (Action.WORKFLOW_RENAME, Action.WORKFLOW_CREATE),
        (Action.WORKFLOW_RENAME, Action.WORKFLOW_VIEW),
        (Action.WORKFLOW_ARCHIVE, Action.WORKFLOW_RENAME),
        (Action.DRAFT_SAVE, Action.DRAFT_VIEW),
        (Action.DRAFT_SAVE, Action.WORKFLOW_CREATE),
        (Action.VERSION_PUBLISH, Action.DRAFT_SAVE),
        (Action.RUN_START, Action.RUN_VIEW),
        (Action.RUN_CANCEL, Action.RUN_START),
        (Action.RUN_RAISE, Action.RUN_ANSWER),
        (Action.CREDENTIAL_EDIT, Action.CREDENTIAL_USE),
        (Action.WORKFLOW_TRANSFER, Action.WORKFLOW_ARCHIVE),
        (Action.GRANT_SET, Action.GRANT_VIEW),
        (Action.KNOWLEDGE_EDIT, Action.KNOWLEDGE_VIEW),
        (Action.KNOWLEDGE_DELETE, Action.KNOWLEDGE_EDIT),
        (Action.LINK_CREATE, Action.RUN_START),
        (Action.LINK_CREATE, Action.VERSION_VIEW),
        (Action.LINK_CHANGE, Action.LINK_VIEW),
    ],
)
def test_changing_needs_at_least_the_role_of_making_and_seeing(stronger: Action, weaker: Action) -> None:
    assert NEEDS[stronger] >= NEEDS[weaker]


@pytest.mark.parametrize("route", GUARDED, ids=str)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.RUNNER, Role.EDITOR], ids=str)
def test_a_route_asks_for_the_role_of_its_action(route: Route, role: Role, olga: User, sam: User) -> None:
    ids = belongings(olga)
    team = owned_by_team(ids, {sam: role})
    Membership.objects.create(team_id=ids["team_id"], user=sam, role=role)
    assert role_of(sam, team) is role
    before = rows()
    action = ACTIONS[route.operation]
    answer = call(signed_in(sam), route, ids)
    if action is not None and role < NEEDS[action]:
        assert answer.status_code in {403, 404}
        assert rows() == before
    elif route.operation.startswith(("workflow_", "draft_", "version_", "knowledge_")):
        assert answer.status_code < 300


@pytest.mark.parametrize("route", [route for route in routes() if route.is_safe], ids=str)
def test_reading_changes_nothing(route: Route, olga: User) -> None:
    ids = belongings(olga)
    before = rows()
    assert call(signed_in(olga), route, ids).status_code in {200, 404}
    assert rows() == before
