"""What all runs of a team may spend together; a call sets aside from each budget that it counts for."""

import django.db.models.deletion
from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models
from django.db.models import Q

CASCADE = django.db.models.deletion.CASCADE


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_teams"), ("runs", "0020_resume_batches")]

    operations = [
        migrations.CreateModel(
            name="TeamBudget",
            fields=[
                ("per", models.CharField(choices=[("day", "day"), ("month", "month")], max_length=10)),
                ("usd", models.DecimalField(blank=True, decimal_places=9, max_digits=18, null=True)),
                ("tokens", models.PositiveBigIntegerField(blank=True, null=True)),
                ("asks", models.BooleanField(default=True)),
                ("since", models.DateField()),
                ("spent_usd", models.DecimalField(decimal_places=9, default=0, max_digits=18)),
                ("spent_tokens", models.PositiveBigIntegerField(default=0)),
                (
                    "team",
                    models.OneToOneField(
                        on_delete=CASCADE, primary_key=True, related_name="+", serialize=False, to="accounts.team"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AddField("reservation", "call", models.UUIDField(db_default=RandomUUID(), db_index=True)),
        migrations.AddField(
            "reservation",
            "team",
            models.ForeignKey(
                blank=True, db_constraint=False, null=True, on_delete=CASCADE, related_name="+", to="accounts.team"
            ),
        ),
        migrations.AlterField(
            "reservation",
            "workflow",
            models.ForeignKey(
                blank=True, db_constraint=False, null=True, on_delete=CASCADE, related_name="+", to="editor.workflow"
            ),
        ),
        migrations.AddConstraint(
            "reservation",
            models.CheckConstraint(
                condition=Q(workflow__isnull=False, team__isnull=True) | Q(workflow__isnull=True, team__isnull=False),
                name="reservation_of_workflow_or_team",
            ),
        ),
        # Going back, what calls have set aside of teams' budgets is let go.
        migrations.RunSQL(migrations.RunSQL.noop, "DELETE FROM runs_reservation WHERE workflow_id IS NULL"),
    ]
