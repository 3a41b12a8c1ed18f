"""What runs may spend."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0003_containers")]

    operations = [migrations.AddField("run", "budget", models.JSONField(default=dict))]
