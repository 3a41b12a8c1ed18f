"""What runs may spend, and which runs started them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0003_containers")]

    operations = [
        migrations.AddField("run", "budget", models.JSONField(default=dict)),
        migrations.AddField(
            "run",
            "parent",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="started", to="runs.run"
            ),
        ),
        migrations.AddField("run", "parent_key", models.CharField(blank=True, default="", max_length=1063)),
        migrations.AddField("run", "depth", models.PositiveSmallIntegerField(default=0)),
    ]
