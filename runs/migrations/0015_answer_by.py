"""Until when an agent waits for an answer, in a column of its own: what it asks may lie outside its row."""

from django.db import migrations, models

FILL = """
UPDATE runs_noderun SET answer_by = to_timestamp((output #>> '{request,answer_by}')::float8)
WHERE status = 'waiting' AND reason = 'approval' AND (output #> '{step}') IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0014_turns")]

    operations = [
        migrations.AddField("noderun", "answer_by", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
