"""The table of the access matrix: who gets in at each operation and socket, and which tables may change then.

Everybody below gets nothing, and nothing changes: who is not signed in 401, outsiders and staff 404, lower roles 403 or 404.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from editor.permissions import Role

SIGNED_IN = Role.NONE
"""Whoever has an account: what belongs to no one thing."""


@dataclass(frozen=True, slots=True)
class Row:
    """`least` is the lowest role that gets in; `answer` is what it gets where what the test has calls for a refusal."""

    least: Role
    changes: frozenset[str]
    answer: int | None = None


def row(least: Role, *changes: str, answer: int | None = None) -> Row:
    """Write a line of the table."""
    return Row(least, frozenset(changes), answer)


OPERATIONS: Mapping[str, Row] = {
    "me": row(SIGNED_IN),
    "team_list": row(SIGNED_IN),
    "team_create": row(SIGNED_IN, "accounts.Membership", "accounts.Team"),
    "team_get": row(Role.VIEWER),
    "team_rename": row(Role.ADMIN, "accounts.Team"),
    "team_delete": row(Role.OWNER, "accounts.Invitation", "accounts.Membership", "accounts.Team"),
    "team_member_set": row(Role.ADMIN, "accounts.Membership"),
    "team_member_remove": row(Role.ADMIN, "accounts.Membership"),
    "team_invite": row(Role.ADMIN, "accounts.Invitation"),
    "team_uninvite": row(Role.ADMIN, "accounts.Invitation"),
    "grant_list": row(Role.EDITOR),
    "grant_add": row(Role.ADMIN, "accounts.Invitation", "editor.Grant"),
    "grant_change": row(Role.ADMIN, "editor.Grant"),
    "grant_remove": row(Role.ADMIN, "accounts.Invitation", "editor.Grant"),
    "workflow_transfer": row(Role.ADMIN, "editor.Workflow"),
    "knowledge_grant_list": row(Role.EDITOR),
    "knowledge_grant_add": row(Role.ADMIN, "accounts.Invitation", "editor.Grant"),
    "knowledge_grant_change": row(Role.ADMIN, "editor.Grant"),
    "knowledge_grant_remove": row(Role.ADMIN, "accounts.Invitation", "editor.Grant"),
    "knowledge_transfer": row(Role.ADMIN, "editor.KnowledgeBase"),
    "workflow_list": row(SIGNED_IN),
    "workflow_create": row(SIGNED_IN, "editor.Workflow"),
    "workflow_get": row(Role.VIEWER),
    "workflow_rename": row(Role.EDITOR, "editor.Workflow"),
    "workflow_archive": row(Role.ADMIN, "editor.Workflow"),
    "workflow_duplicate": row(Role.VIEWER, "editor.Workflow"),
    "draft_get": row(Role.VIEWER),
    "draft_save": row(Role.EDITOR, "editor.Workflow"),
    "version_publish": row(Role.EDITOR),
    "version_list": row(Role.VIEWER),
    "version_get": row(Role.VIEWER),
    "history_list": row(Role.VIEWER),
    "history_get": row(Role.VIEWER),
    "draft_restore": row(Role.EDITOR, "editor.Workflow"),
    "document_wrap_cycles": row(SIGNED_IN),
    "template_list": row(SIGNED_IN),
    "node_type_list": row(SIGNED_IN),
    "provider_kinds": row(SIGNED_IN),
    "credential_list": row(SIGNED_IN),
    "credential_create": row(SIGNED_IN, "editor.Credential"),
    "credential_get": row(Role.EDITOR),
    "credential_update": row(Role.ADMIN, "editor.Credential"),
    "credential_delete": row(Role.ADMIN, "editor.Credential"),
    "credential_uses": row(Role.EDITOR),
    "default_models_get": row(SIGNED_IN),
    "default_models_set": row(SIGNED_IN, "editor.DefaultModels"),
    "trigger_list": row(Role.VIEWER),
    "trigger_create": row(Role.EDITOR, "editor.Trigger"),
    "trigger_get": row(Role.VIEWER),
    "trigger_update": row(Role.EDITOR, "editor.Trigger"),
    "trigger_delete": row(Role.EDITOR, "editor.Trigger"),
    "trigger_rotate": row(Role.EDITOR, "editor.Trigger"),
    "trigger_times": row(Role.VIEWER),
    "schedule_preview": row(SIGNED_IN),
    "time_zones": row(SIGNED_IN),
    "link_list": row(Role.EDITOR),
    "link_create": row(Role.EDITOR, "editor.ShareLink"),
    "link_preview": row(Role.EDITOR),
    "link_change": row(Role.EDITOR, "editor.ShareLink"),
    "link_revoke": row(Role.EDITOR, "editor.ShareLink"),
    "shared_copy": row(SIGNED_IN, "editor.ShareLink", "editor.Workflow"),
    "run_start": row(Role.RUNNER, "runs.Run"),
    "run_list": row(SIGNED_IN),
    "run_get": row(Role.VIEWER),
    "run_document": row(Role.VIEWER),
    "run_resume": row(Role.RUNNER, "runs.Run"),
    "run_foresee": row(Role.RUNNER),
    "run_cancel": row(Role.RUNNER, "runs.RunInbox"),
    "node_run_get": row(Role.VIEWER, answer=404),
    "step_list": row(Role.VIEWER),
    "run_answer": row(Role.RUNNER, "runs.RunInbox"),
    "scope_get": row(Role.VIEWER),
    "run_compare": row(Role.VIEWER),
    "names_get": row(Role.VIEWER),
    "value_preview": row(Role.VIEWER),
    "event_list": row(Role.VIEWER),
    "forecast_get": row(Role.RUNNER),
    "log_list": row(Role.VIEWER),
    "log_file": row(Role.VIEWER),
    "approval_list": row(SIGNED_IN),
    "approval_delegate": row(Role.RUNNER, "runs.ApprovalRequest", "runs.Delegation"),
    "budget_get": row(Role.VIEWER),
    "budget_set": row(Role.ADMIN, "runs.WorkflowBudget"),
    "spending_get": row(SIGNED_IN),
    "knowledge_list": row(SIGNED_IN),
    "knowledge_create": row(SIGNED_IN, "editor.KnowledgeBase"),
    "knowledge_get": row(Role.VIEWER),
    "knowledge_update": row(Role.EDITOR, "editor.KnowledgeBase"),
    "knowledge_delete": row(
        Role.ADMIN,
        "accounts.Invitation",
        "editor.Document",
        "editor.DocumentFile",
        "editor.Grant",
        "editor.KnowledgeBase",
        "editor.KnowledgeQuestion",
    ),
    "knowledge_reindex": row(Role.EDITOR, "editor.Document"),
    "knowledge_question_ask": row(Role.VIEWER, "editor.KnowledgeQuestion"),
    "knowledge_question_get": row(Role.VIEWER),
    "knowledge_document_list": row(Role.VIEWER),
    "knowledge_document_upload": row(Role.EDITOR, "editor.Document", "editor.DocumentFile", "editor.KnowledgeBase"),
    "knowledge_document_add_url": row(Role.EDITOR, "editor.Document", "editor.KnowledgeBase"),
    "knowledge_document_get": row(Role.VIEWER),
    "knowledge_document_delete": row(Role.EDITOR, "editor.Document", "editor.DocumentFile"),
    "knowledge_document_reindex": row(Role.EDITOR, "editor.Document"),
    "knowledge_document_file": row(Role.VIEWER),
    "knowledge_document_replace": row(Role.EDITOR, "editor.Document"),
    "knowledge_passage_list": row(Role.VIEWER),
    "model_list": row(SIGNED_IN),
    "credential_test": row(Role.EDITOR, "editor.Credential"),
    "template_open": row(SIGNED_IN, "editor.Document", "editor.DocumentFile", "editor.KnowledgeBase", "editor.Workflow"),
    "trigger_calls": row(Role.EDITOR),
    "replay_preview": row(Role.EDITOR),
    "replay_link_create": row(Role.EDITOR, "editor.ShareLink"),
    "notification_list": row(SIGNED_IN),
    "notification_read": row(SIGNED_IN),
    "failure_list": row(SIGNED_IN),
    "failure_count": row(SIGNED_IN),
    "failure_view_list": row(SIGNED_IN),
    "failure_view_save": row(SIGNED_IN, "runs.FailureView"),
    "failure_view_delete": row(SIGNED_IN, answer=404),
    "failure_get": row(Role.VIEWER),
    "failure_run_list": row(Role.VIEWER),
    "failure_review": row(Role.VIEWER),
    "failure_set_state": row(Role.RUNNER, "runs.FailureGroup", "runs.FailureNote"),
    "failure_assign": row(Role.RUNNER),
    "failure_comment": row(Role.RUNNER, "runs.FailureNote"),
    "failure_merge": row(Role.RUNNER, answer=404),
    "failure_split": row(Role.RUNNER, answer=422),
    "failure_handle": row(Role.RUNNER, "runs.FailureEntry", "runs.FailureGroup", "runs.FailureNote"),
    "outgoing_list": row(Role.VIEWER),
    "outgoing_create": row(Role.EDITOR, "editor.OutgoingWebhook"),
    "outgoing_update": row(Role.EDITOR, "editor.OutgoingWebhook"),
    "outgoing_rotate": row(Role.EDITOR, "editor.OutgoingWebhook"),
    "outgoing_delete": row(Role.EDITOR, "editor.OutgoingWebhook", "runs.Delivery"),
    "delivery_list": row(Role.EDITOR),
    "delivery_repeat": row(Role.EDITOR, "runs.Delivery"),
    "presence_beat": row(Role.VIEWER, "editor.Presence"),
    "presence_leave": row(Role.VIEWER, "editor.Presence"),
    "version_roll_back": row(Role.EDITOR),
}

SOCKETS: Mapping[str, Role | None] = {"ws/runs/<str:run_id>/": Role.VIEWER, "": None}
"""By route, the lowest role that is served; None where there is nothing. All that a client says is how far it has read."""
