"""What starts runs, and who hears of their ends."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editor', '0007_teams_and_grants'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingWebhook',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('enabled', models.BooleanField(default=True)),
                ('url', models.CharField(max_length=2000)),
                ('ends', models.JSONField(default=list)),
                ('sends_output', models.BooleanField(default=False)),
                ('includes_tests', models.BooleanField(default=False)),
                ('sealed_secret', models.TextField(blank=True, default='', editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workflow', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outgoing_webhooks', to='editor.workflow')),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'indexes': [models.Index(condition=models.Q(('enabled', True)), fields=['workflow'], name='outgoing_enabled')],
            },
        ),
        migrations.CreateModel(
            name='Trigger',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('webhook', 'Webhook'), ('schedule', 'Schedule'), ('form', 'Form')], max_length=10)),
                ('name', models.CharField(max_length=100)),
                ('enabled', models.BooleanField(default=True)),
                ('version', models.PositiveIntegerField(blank=True, null=True)),
                ('config', models.JSONField(default=dict)),
                ('rate_per_minute', models.PositiveIntegerField(default=60)),
                ('most_active', models.PositiveIntegerField(default=10)),
                ('token_digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('sealed_token', models.TextField(blank=True, default='', editable=False)),
                ('sealed_secret', models.TextField(blank=True, default='', editable=False)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('last_fired_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workflow', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='triggers', to='editor.workflow')),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'indexes': [models.Index(condition=models.Q(('enabled', True), ('kind', 'schedule')), fields=['next_at'], name='trigger_due')],
            },
        ),
    ]
