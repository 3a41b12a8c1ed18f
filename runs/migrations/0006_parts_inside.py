"""A run may be about one item or turn, so what was asked for can be as long as the key of a node run."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0005_cache")]

    operations = [
        migrations.AlterField("run", "from_node", models.CharField(max_length=1063, default="", blank=True)),
    ]
