"""Resuming the runs of a group together."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

CASCADE = django.db.models.deletion.CASCADE
BATCH = [("draft", "Draft"), ("running", "Running"), ("paused", "Paused"), ("stopped", "Stopped"), ("done", "Done")]
ITEM = [
    ("pending", "Pending"), ("running", "Running"), ("succeeded", "Succeeded"), ("failed", "Failed"), ("refused", "Refused"),
    ("left", "Left"),
]  # fmt: skip


def to(model, on_delete=CASCADE, **more):
    return models.ForeignKey(on_delete=on_delete, to=model, **more)


class Migration(migrations.Migration):
    dependencies = [("runs", "0019_failures")]

    operations = [
        migrations.CreateModel(
            "ResumeBatch",
            [
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("concurrency", models.PositiveSmallIntegerField()),
                ("state", models.CharField(choices=BATCH, default="draft", max_length=10)),
                ("total", models.PositiveIntegerField(default=0)),
                ("is_foreseen", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("group", to("runs.failuregroup", related_name="batches")),
                (
                    "person",
                    to(settings.AUTH_USER_MODEL, django.db.models.deletion.SET_NULL, null=True, related_name="+"),
                ),
                (
                    "version",
                    to(
                        "editor.workflowversion",
                        django.db.models.deletion.PROTECT,
                        db_index=False,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("workflow", to("editor.workflow", db_index=False, related_name="+")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(state__in=("running", "paused")), fields=("group",), name="resume_batch_one_at_a_time"
                    )
                ],
                "indexes": [
                    models.Index(condition=Q(state__in=("draft", "running")), fields=["created_at"], name="resume_batch_at_work")
                ],
            },
        ),
        migrations.CreateModel(
            "ResumeItem",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("state", models.CharField(choices=ITEM, default="pending", max_length=10)),
                ("foreseen", models.JSONField(blank=True, null=True)),
                ("cost_usd", models.FloatField(blank=True, null=True)),
                ("made", models.UUIDField(blank=True, null=True)),
                ("error", models.JSONField(blank=True, null=True)),
                ("batch", to("runs.resumebatch", db_index=False, related_name="items")),
                ("run", to("runs.run", related_name="+")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("batch", "run"), name="resume_item_once")],
                "indexes": [
                    models.Index(fields=["batch", "state", "id"], name="resume_item_state"),
                    models.Index(condition=Q(foreseen__isnull=True), fields=["batch", "id"], name="resume_item_unforeseen"),
                ],
            },
        ),
    ]
