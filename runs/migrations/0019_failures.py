"""Failures by cause, what people do about them, and how what broke in a run is found."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

CASCADE, SET_NULL = django.db.models.deletion.CASCADE, django.db.models.deletion.SET_NULL
KIND = [("failed", "Failed"), ("stuck", "Stuck"), ("budget", "Budget"), ("degraded", "Degraded")]
STATE = [
    ("new", "New"), ("assigned", "Assigned"), ("in_progress", "In Progress"), ("resolved", "Resolved"), ("ignored", "Ignored"),
    ("regressed", "Regressed"),
]  # fmt: skip
ENTRY = [
    ("open", "Open"), ("recovered", "Recovered"), ("replaced", "Replaced"), ("handled", "Handled"), ("answered", "Answered"),
]  # fmt: skip


def to(model, on_delete, **more):
    return models.ForeignKey(on_delete=on_delete, to=model, **more)


def person(on_delete=SET_NULL, **more):
    return to(settings.AUTH_USER_MODEL, on_delete, related_name="+", **more)


def big_id():
    return models.BigAutoField(primary_key=True, serialize=False)


def key(*names):
    return models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


def node_key():
    return models.CharField(blank=True, default="", max_length=1063)


def first_version():
    return to("editor.workflowversion", SET_NULL, db_index=False, null=True, related_name="+")


class Migration(migrations.Migration):
    dependencies = [
        ("editor", "0009_share_links"),
        ("runs", "0018_notifications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "FailureGroup",
            [
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("node_key", node_key()),
                ("node_name", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(max_length=200)),
                ("message", models.TextField()),
                ("kind", models.CharField(choices=KIND, max_length=10)),
                ("state", models.CharField(choices=STATE, default="new", max_length=12)),
                ("count", models.PositiveIntegerField(default=0)),
                ("open_count", models.PositiveIntegerField(default=0)),
                ("first_seen", models.DateTimeField()),
                ("last_seen", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("ignore_until", models.DateTimeField(blank=True, null=True)),
                ("ignore_above", models.PositiveIntegerField(blank=True, null=True)),
                ("assignee", person(blank=True, null=True)),
                ("first_version", first_version()),
                ("merged_into", to("runs.failuregroup", SET_NULL, blank=True, null=True, related_name="+")),
                ("workflow", to("editor.workflow", CASCADE, db_index=False, related_name="failure_groups")),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(merged_into=None), fields=["workflow", "-last_seen"], name="failure_group_recent"),
                    models.Index(condition=Q(ignore_until__isnull=False), fields=["ignore_until"], name="failure_group_ignored"),
                ]
            },
        ),
        migrations.CreateModel(
            "FailureCause",
            [
                ("id", big_id()),
                ("fingerprint", models.CharField(max_length=32)),
                ("node_key", node_key()),
                ("code", models.CharField(max_length=200)),
                ("message", models.TextField()),
                ("count", models.PositiveIntegerField(default=0)),
                ("first_seen", models.DateTimeField()),
                ("last_seen", models.DateTimeField()),
                ("first_version", first_version()),
                ("group", to("runs.failuregroup", CASCADE, related_name="causes")),
                ("workflow", to("editor.workflow", CASCADE, db_index=False, related_name="+")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("workflow", "fingerprint"), name="failure_cause_once")]},
        ),
        migrations.CreateModel(
            "FailureEntry",
            [
                ("id", big_id()),
                ("kind", models.CharField(choices=KIND, max_length=10)),
                ("is_waiting", models.BooleanField(default=False)),
                ("node_key", node_key()),
                ("times", models.PositiveIntegerField(default=1)),
                ("message", models.TextField()),
                ("at", models.DateTimeField()),
                ("state", models.CharField(choices=ENTRY, default="open", max_length=10)),
                ("follower", models.UUIDField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=1000)),
                ("cause", to("runs.failurecause", CASCADE, related_name="entries")),
                ("group", to("runs.failuregroup", CASCADE, db_index=False, related_name="entries")),
                ("handled_by", person(blank=True, null=True)),
                ("person", person(db_index=False, null=True)),
                ("run", to("runs.run", CASCADE, db_index=False, related_name="failures")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "cause"), name="failure_entry_once")],
                "indexes": [
                    models.Index(fields=["group", "-at", "-id"], name="failure_entry_recent"),
                    models.Index(condition=Q(state="open"), fields=["group", "id"], name="failure_entry_open"),
                    models.Index(condition=Q(is_waiting=True), fields=["run"], name="failure_entry_waiting"),
                ],
            },
        ),
        migrations.CreateModel(
            "FailureHour",
            [
                ("pk", key("cause_id", "hour")),
                ("hour", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                ("cause", to("runs.failurecause", CASCADE, db_index=False, related_name="hours")),
            ],
        ),
        migrations.CreateModel(
            "FailurePerson",
            [
                ("pk", key("cause_id", "person_id")),
                ("cause", to("runs.failurecause", CASCADE, db_index=False, related_name="people")),
                ("person", person(CASCADE)),
            ],
        ),
        migrations.CreateModel(
            "FailureNote",
            [
                ("id", big_id()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(max_length=20)),
                ("text", models.TextField(blank=True, default="")),
                ("data", models.JSONField(default=dict)),
                ("group", to("runs.failuregroup", CASCADE, db_index=False, related_name="notes")),
                ("person", person(null=True)),
            ],
            options={"indexes": [models.Index(fields=["group", "id"], name="failure_note_order")]},
        ),
        migrations.CreateModel(
            "FailureView",
            [
                ("id", big_id()),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("person", person(CASCADE, db_index=False)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("person", "name"), name="failure_view_once")]},
        ),
        migrations.CreateModel(
            "FailureCursor",
            [("name", models.CharField(max_length=20, primary_key=True, serialize=False)), ("at", models.DateTimeField())],
        ),
        migrations.AddIndex(
            "noderun",
            models.Index(condition=Q(status="failed") | Q(degraded=True), fields=["run"], name="node_run_broken"),
        ),
        migrations.AddIndex(
            "noderun",
            models.Index(condition=Q(reason__in=("budget", "uncertain"), status="waiting"), fields=["run"], name="node_run_held"),
        ),
    ]
