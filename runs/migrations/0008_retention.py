"""Values outside the database, what refers to them, and runs whose events are gone."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("runs", "0007_approval_requests")]

    operations = [
        migrations.AddField("blob", "path", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("blob", "last_used", models.DateTimeField(auto_now_add=True, db_index=True, db_default=Now())),
        migrations.AlterField("blob", "last_used", models.DateTimeField(auto_now_add=True, db_index=True)),
        migrations.AddField("run", "has_events", models.BooleanField(default=True, db_default=True)),
        migrations.AlterField("run", "has_events", models.BooleanField(default=True)),
        migrations.AddIndex(
            "noderun", models.Index(fields=["output_sha"], condition=Q(output_sha__isnull=False), name="node_run_output_blob")
        ),
        migrations.AddIndex(
            "noderun", models.Index(fields=["opened_sha"], condition=Q(opened_sha__isnull=False), name="node_run_opened_blob")
        ),
        migrations.AddIndex(
            "run", models.Index(fields=["output_sha"], condition=Q(output_sha__isnull=False), name="run_output_blob")
        ),
        migrations.AddIndex("run", models.Index(fields=["finished_at"], condition=Q(has_events=True), name="run_with_events")),
    ]
