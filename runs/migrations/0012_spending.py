"""What was spent by day, and the index that finds what is not summed up yet."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("editor", "0003_calls"), ("runs", "0011_workflow_budgets")]

    operations = [
        migrations.CreateModel(
            name="Spending",
            fields=[
                (
                    "workflow",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="editor.workflow"
                    ),
                ),
                ("day", models.DateField()),
                ("model", models.CharField(blank=True, default="", max_length=200)),
                ("node_runs", models.PositiveBigIntegerField()),
                ("input_tokens", models.PositiveBigIntegerField()),
                ("output_tokens", models.PositiveBigIntegerField()),
                ("cost_usd", models.FloatField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workflow_id", "day", "model", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SpendingDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("summed_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddIndex(
            "noderun", models.Index(fields=["finished_at"], condition=Q(usage__isnull=False), name="node_run_spent")
        ),
    ]
