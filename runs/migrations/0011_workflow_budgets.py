"""What all runs of a workflow may spend together, and what calls under way have set aside of it."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editor", "0003_calls"), ("runs", "0010_steps")]

    operations = [
        migrations.CreateModel(
            name="WorkflowBudget",
            fields=[
                (
                    "workflow",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="editor.workflow",
                    ),
                ),
                ("per", models.CharField(choices=[("day", "day"), ("month", "month")], max_length=10)),
                ("usd", models.DecimalField(blank=True, decimal_places=9, max_digits=18, null=True)),
                ("tokens", models.PositiveBigIntegerField(blank=True, null=True)),
                ("asks", models.BooleanField(default=True)),
                ("since", models.DateField()),
                ("spent_usd", models.DecimalField(decimal_places=9, default=0, max_digits=18)),
                ("spent_tokens", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("run_id", models.UUIDField()),
                ("epoch", models.PositiveIntegerField()),
                ("usd", models.DecimalField(decimal_places=9, max_digits=18)),
                ("tokens", models.PositiveBigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True)),
                (
                    "workflow",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="editor.workflow"
                    ),
                ),
            ],
        ),
    ]
