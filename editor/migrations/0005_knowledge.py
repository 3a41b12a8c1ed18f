"""Knowledge bases, with what searches them."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pgvector.django.halfvec
import uuid
from django.conf import settings
from django.db import migrations, models

from editor.knowledge.extension import need_vector

DIMENSIONS = (384, 512, 768, 1024, 1536, 3072)


def nearest(dimension):
    """Make the index for vectors of one length: an index needs to know it, and the column holds several."""
    name = f"passage_nearest_{dimension}"
    return migrations.RunSQL(
        f"CREATE INDEX {name} ON editor_passage USING hnsw ((embedding::halfvec({dimension})) halfvec_cosine_ops)"
        f" WHERE dimension = {dimension}",
        f"DROP INDEX {name}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('editor', '0004_credentials'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(need_vector, migrations.RunPython.noop),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=300)),
                ('kind', models.CharField(blank=True, default='', max_length=20)),
                ('source_url', models.TextField(blank=True, default='')),
                ('size_bytes', models.PositiveBigIntegerField(default=0)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('reading', 'Reading'), ('splitting', 'Splitting'), ('embedding', 'Embedding'), ('ready', 'Ready'), ('failed', 'Failed')], default='waiting', max_length=20)),
                ('fault', models.JSONField(default=None, null=True)),
                ('generation', models.PositiveIntegerField(default=1)),
                ('live_generation', models.PositiveIntegerField(default=0)),
                ('live_model', models.CharField(blank=True, default='', max_length=200)),
                ('pages_total', models.PositiveIntegerField(default=0)),
                ('pages_read', models.PositiveIntegerField(default=0)),
                ('passages_total', models.PositiveIntegerField(default=0)),
                ('passages_done', models.PositiveIntegerField(default=0)),
                ('notes', models.JSONField(default=list)),
                ('lease', models.UUIDField(default=None, null=True)),
                ('lease_expires_at', models.DateTimeField(default=None, null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('indexed_at', models.DateTimeField(default=None, null=True)),
            ],
            options={
                'ordering': ['-created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='DocumentFile',
            fields=[
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='file', serialize=False, to='editor.document')),
                ('body', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='KnowledgeBase',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True, default='')),
                ('embedding_model', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='knowledge_bases', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-updated_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='document',
            name='base',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='editor.knowledgebase'),
        ),
        migrations.CreateModel(
            name='KnowledgeQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked', models.JSONField()),
                ('answer', models.JSONField(default=None, null=True)),
                ('fault', models.JSONField(default=None, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('taken_at', models.DateTimeField(default=None, null=True)),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='editor.knowledgebase')),
            ],
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('generation', models.PositiveIntegerField()),
                ('position', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('page', models.PositiveIntegerField(null=True)),
                ('section', models.CharField(blank=True, default='', max_length=300)),
                ('start', models.PositiveIntegerField(default=0)),
                ('end', models.PositiveIntegerField(default=0)),
                ('dimension', models.PositiveIntegerField(null=True)),
                ('embedding', pgvector.django.halfvec.HalfVectorField(null=True)),
                ('words', models.GeneratedField(db_persist=True, expression=models.Func('text', template="to_tsvector('english'::regconfig, %(expressions)s)"), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='editor.knowledgebase')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passages', to='editor.document')),
            ],
        ),
        migrations.AddIndex(
            model_name='knowledgebase',
            index=models.Index(fields=['owner', '-updated_at'], name='knowledge_recent'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['base', '-created_at'], name='document_recent'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('status__in', ('waiting', 'reading', 'splitting', 'embedding'))), fields=['created_at'], name='document_under_way'),
        ),
        migrations.AddIndex(
            model_name='knowledgequestion',
            index=models.Index(fields=['created_at'], name='question_age'),
        ),
        migrations.AddIndex(
            model_name='passage',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='passage_words'),
        ),
        migrations.AddConstraint(
            model_name='passage',
            constraint=models.UniqueConstraint(fields=('document', 'generation', 'position'), name='passage_once'),
        ),
        *map(nearest, DIMENSIONS),
    ]
