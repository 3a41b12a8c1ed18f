"""Which versions a version runs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editor", "0002_kept_problems")]

    operations = [migrations.AddField("workflowversion", "calls", models.JSONField(default=dict))]
