"""Runs that follow an earlier one, and results that are taken over."""

import django.db.models.deletion
import editor.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0001_record_what_happened'),
    ]

    operations = [
        migrations.AddField(
            model_name='noderun',
            name='key',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddField(
            model_name='noderun',
            name='origin',
            field=models.CharField(blank=True, default='', max_length=10),
        ),
        migrations.AddField(
            model_name='noderun',
            name='reused_from',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='noderun',
            name='stale',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='run',
            name='base_run',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='followers', to='runs.run'),
        ),
        migrations.AddField(
            model_name='run',
            name='edits',
            field=editor.fields.DocumentField(default=dict),
        ),
        migrations.AddField(
            model_name='run',
            name='from_node',
            field=models.CharField(blank=True, default='', max_length=63),
        ),
        migrations.AddField(
            model_name='run',
            name='is_test',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='run',
            name='kind',
            field=models.CharField(choices=[('normal', 'normal'), ('resume', 'resume'), ('from_here', 'from_here'), ('only', 'only'), ('to_here', 'to_here')], default='normal', max_length=20),
        ),
    ]
