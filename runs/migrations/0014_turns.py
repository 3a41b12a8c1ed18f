"""Runs that were turned away, and whose turn comes when another of the same person ends."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("runs", "0013_logs"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RemoveIndex("run", "run_leased"),
        migrations.AddField("run", "awaits_turn", models.BooleanField(default=False, db_default=False)),
        migrations.AddIndex("run", models.Index(fields=["started_by"], condition=Q(status="running"), name="run_at_work")),
        migrations.AddIndex("run", models.Index(fields=["started_by"], condition=Q(awaits_turn=True), name="run_turned_away")),
    ]
