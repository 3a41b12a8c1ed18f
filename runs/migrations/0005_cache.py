"""Results that answer for equal work in later runs."""

import django.db.models.deletion
from django.db import migrations, models

import editor.fields


class Migration(migrations.Migration):
    dependencies = [("editor", "0003_calls"), ("runs", "0004_budgets")]

    operations = [
        migrations.CreateModel(
            name="CacheEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workflow_id", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("run_id", models.UUIDField()),
                ("ports", models.JSONField(default=list)),
                ("output", editor.fields.DocumentField(blank=True, null=True)),
                ("output_sha", models.CharField(blank=True, max_length=64, null=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "workflow",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="editor.workflow"
                    ),
                ),
            ],
        ),
    ]
