"""The shipped workflows: sound, loaded once, and gone for good when deleted."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from editor import services
from editor.catalogue import get_catalogue
from editor.graph.compile import compile_plan
from editor.graph.upgrade import load_document
from editor.graph.validate import validate
from editor.models import Workflow
from editor.samples import SAMPLES, TEMPLATES, Sample
from graphapp.accounts.models import User

NODE_WIDTH, NODE_HEIGHT, GAP = 240, 88, 80


@pytest.mark.parametrize("sample", [*SAMPLES, *TEMPLATES], ids=lambda sample: sample.key)
def test_a_sample_has_no_problems_and_compiles(sample: Sample) -> None:
    document = load_document(sample.read())
    assert validate(document, get_catalogue()) == ()
    assert compile_plan(document, get_catalogue()).nodes


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_a_sample_is_laid_out_without_overlaps(sample: Sample) -> None:
    document = load_document(sample.read())
    boxes = []
    for node in document.nodes:
        width, height = node.params.get("width", NODE_WIDTH), node.params.get("height", NODE_HEIGHT)
        boxes.append((node.id, node.position.x, node.position.y, width, height))
    for index, (one, x, y, width, height) in enumerate(boxes):
        for other, x2, y2, width2, height2 in boxes[index + 1 :]:
            apart = x2 >= x + width + GAP or x >= x2 + width2 + GAP or y2 >= y + height + GAP or y >= y2 + height2 + GAP
            assert apart, f"{one} and {other} are too close"


def test_the_triage_sample_shows_parallel_work_routing_and_a_join() -> None:
    document = load_document(SAMPLES[0].read())
    kinds = Counter(node.type for node in document.nodes)
    assert {"start", "llm", "router", "http_request", "merge", "code", "template", "output", "note"} <= set(kinds)
    after_classify = {edge.target for edge in document.edges if edge.source == "classify"}
    assert after_classify == {"route", "summary"}


@pytest.mark.django_db
def test_samples_are_loaded_once(olga: User) -> None:
    for _ in range(2):
        call_command("load_samples", owner=olga.get_username())
    workflow = Workflow.objects.get(owner_id=olga.pk)
    assert (workflow.name, workflow.slug) == ("Support triage", "support-triage")


@pytest.mark.django_db
def test_a_deleted_sample_stays_deleted(olga: User) -> None:
    call_command("load_samples", owner=olga.get_username())
    workflow = Workflow.objects.get(owner_id=olga.pk)
    services.workflow_rename(workflow=workflow, actor=olga, name="Mine now")
    services.workflow_archive(workflow=workflow, actor=olga)
    call_command("load_samples", owner=olga.get_username())
    assert not Workflow.objects.active().filter(owner_id=olga.pk).exists()


@pytest.mark.django_db
def test_loading_samples_for_nobody_says_so() -> None:
    with pytest.raises(CommandError, match=r"no user with the e-mail address nobody@example\.org"):
        call_command("load_samples", owner="nobody@example.org")


@pytest.mark.django_db
def test_templates_are_listed_with_what_they_begin_with(olga: User) -> None:
    client = Client()
    client.force_login(olga, "django.contrib.auth.backends.ModelBackend")
    items = client.get("/api/v1/templates").json()["items"]
    assert [item["key"] for item in items] == [one.key for one in TEMPLATES]
    made = client.post("/api/v1/workflows", {"name": "Mine", "document": items[-1]["document"]}, content_type="application/json")
    assert made.status_code == 201
