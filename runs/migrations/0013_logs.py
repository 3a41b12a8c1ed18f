"""Lines of logs by node run and number."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("runs", "0012_spending")]

    operations = [
        migrations.AddIndex(
            "event", models.Index(fields=["run", "node_key", "seq"], condition=Q(kind="log"), name="event_log")
        ),
    ]
