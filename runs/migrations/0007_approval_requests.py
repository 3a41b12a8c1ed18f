"""Whom the approvals ask, and when they are told."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("runs", "0006_parts_inside")]

    operations = [
        migrations.CreateModel(
            name="ApprovalRequest",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("node_key", models.CharField(max_length=1063)),
                ("attempt", models.PositiveIntegerField()),
                ("email", models.CharField(blank=True, db_index=True, default="", max_length=254)),
                ("opens_at", models.DateTimeField()),
                ("remind_seconds", models.FloatField(blank=True, null=True)),
                ("notice_at", models.DateTimeField(blank=True, null=True)),
                ("notices", models.PositiveIntegerField(default=0)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="approval_requests", to="runs.run"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["run", "node_key", "attempt", "email"], name="approval_request_once")
                ],
                "indexes": [
                    models.Index(fields=["notice_at"], condition=Q(notice_at__isnull=False), name="approval_notice_due")
                ],
            },
        ),
        migrations.AddIndex(
            "noderun", models.Index(fields=["run"], condition=Q(status="waiting", reason="approval"), name="node_run_asking")
        ),
    ]
