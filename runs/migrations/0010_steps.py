"""The recorded steps of agents."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import editor.fields


class Migration(migrations.Migration):
    dependencies = [("runs", "0009_shards")]

    operations = [
        migrations.CreateModel(
            "Step",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "node_key", "idx", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("node_key", models.CharField(max_length=1063)),
                ("idx", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=200)),
                ("status", models.CharField(max_length=20)),
                ("data", editor.fields.DocumentField(blank=True, null=True)),
                ("data_sha", models.CharField(blank=True, max_length=64, null=True)),
                ("usage", models.JSONField(blank=True, null=True)),
                ("seconds", models.FloatField(default=0)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="runs.run",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["data_sha"], condition=Q(data_sha__isnull=False), name="step_blob")]},
        ),
    ]
