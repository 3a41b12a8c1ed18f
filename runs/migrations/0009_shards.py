"""Runs of some items of a map of another run."""

from django.db import migrations, models
from django.db.models import Q

KINDS = ["normal", "resume", "from_here", "only", "to_here", "shard"]


class Migration(migrations.Migration):
    dependencies = [("runs", "0008_retention")]

    operations = [
        migrations.AddField("run", "shard", models.JSONField(blank=True, null=True)),
        migrations.AlterField(
            "run", "kind", models.CharField(choices=[(kind, kind) for kind in KINDS], default="normal", max_length=20)
        ),
        migrations.AddIndex("run", models.Index(fields=["parent", "status"], condition=Q(kind="shard"), name="run_shard")),
    ]
