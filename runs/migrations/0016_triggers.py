"""What fired triggers, what started runs, and messages about their ends."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editor', '0008_triggers'),
        ('runs', '0015_answer_by'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(db_default='waiting', default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('due_at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('message', models.CharField(blank=True, db_default='', default='', max_length=500)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TriggerCall',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('is_test', models.BooleanField(default=False)),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('code', models.CharField(max_length=40)),
                ('message', models.CharField(blank=True, default='', max_length=500)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('request', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='TriggerNonce',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='run',
            name='fired_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='editor.trigger'),
        ),
        migrations.AddField(
            model_name='run',
            name='uses_credentials',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('fired_by__isnull', False)), fields=['fired_by', 'status'], name='run_fired'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='outgoing',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='editor.outgoingwebhook'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='run',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='runs.run'),
        ),
        migrations.AddField(
            model_name='triggercall',
            name='run',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='runs.run'),
        ),
        migrations.AddField(
            model_name='triggercall',
            name='trigger',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='editor.trigger'),
        ),
        migrations.AddField(
            model_name='triggernonce',
            name='trigger',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='editor.trigger'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='delivery_due'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['outgoing', '-created_at'], name='delivery_recent'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('outgoing', 'run'), name='delivery_once'),
        ),
        migrations.AddIndex(
            model_name='triggercall',
            index=models.Index(fields=['trigger', '-id'], name='trigger_call_recent'),
        ),
        migrations.AddIndex(
            model_name='triggercall',
            index=models.Index(fields=['at'], name='trigger_call_age'),
        ),
        migrations.AddConstraint(
            model_name='triggernonce',
            constraint=models.UniqueConstraint(fields=('trigger', 'digest'), name='trigger_nonce_once'),
        ),
    ]
