"""The rules of writing: what lands, what conflicts, what is refused."""

import json
import threading
from typing import Any

import pytest
from django.db import connection

from editor import selectors, services
from editor.errors import Conflict, Invalid, NotFound
from editor.models import Workflow, WorkflowVersion
from graphapp.accounts.models import User
from tests.builders import Graph, chain, hello

pytestmark = pytest.mark.django_db


def save(workflow: Workflow, actor: User, document: dict[str, Any], revision: int) -> services.Saved:
    return services.draft_save(workflow=workflow, actor=actor, document=services.document_read(document), revision=revision)


def test_a_workflow_without_a_document_starts_empty(olga: User) -> None:
    workflow = services.workflow_create(actor=olga, name="  New   one ")
    assert (workflow.name, workflow.slug, workflow.revision, workflow.node_count) == ("New one", "new-one", 1, 0)
    assert services.document_read(workflow.draft).nodes == ()


def test_a_slug_is_given_once_per_owner(olga: User, ed: User) -> None:
    slugs = [services.workflow_create(actor=olga, name="Triage").slug for _ in range(3)]
    assert slugs == ["triage", "triage-2", "triage-3"]
    assert services.workflow_create(actor=ed, name="Triage").slug == "triage"
    assert services.workflow_create(actor=olga, name="\u2728").slug == "workflow"


def test_a_name_of_blanks_is_refused(olga: User) -> None:
    with pytest.raises(Invalid) as refused:
        services.workflow_create(actor=olga, name=" \n ")
    assert refused.value.data["fields"] == {"name": "Give it a name."}


def test_a_save_lands_on_its_revision_and_answers_the_next(workflow: Workflow, olga: User) -> None:
    saved = save(workflow, olga, hello("Hi"), 1)
    draft = selectors.draft_get(actor=olga, workflow_id=workflow.pk)
    assert saved.revision == draft.workflow.revision == 2
    assert json.loads(draft.text)["nodes"][1]["params"]["text"].startswith("Hi")


def test_a_save_on_an_older_revision_is_a_conflict_that_carries_the_current_draft(workflow: Workflow, olga: User) -> None:
    save(workflow, olga, hello("First"), 1)
    with pytest.raises(Conflict) as conflict:
        save(workflow, olga, hello("Second"), 1)
    assert conflict.value.code == "revision_conflict"
    assert conflict.value.data["revision"] == 2
    assert conflict.value.data["document"]["nodes"][1]["params"]["text"].startswith("First")


def test_a_draft_is_saved_with_problems(workflow: Workflow, olga: User) -> None:
    g = Graph()
    g.node("no_such_type", "odd")
    saved = save(workflow, olga, g.document(), 1)
    assert "node.unknown_type" in {problem.code for problem in saved.problems}


def test_the_order_of_keys_survives_the_store(workflow: Workflow, olga: User) -> None:
    g = Graph()
    g.node("set", "order", fields={"zebra": 1, "apple": 2, "middle": 3})
    save(workflow, olga, g.document(), 1)
    workflow.refresh_from_db()
    assert list(workflow.draft["nodes"][0]["params"]["fields"]) == ["zebra", "apple", "middle"]


def test_unknown_keys_survive_the_store(workflow: Workflow, olga: User) -> None:
    document = {**hello(), "from_the_future": {"a": [1]}}
    document["nodes"][0]["hologram"] = True
    save(workflow, olga, document, 1)
    workflow.refresh_from_db()
    assert workflow.draft["from_the_future"] == {"a": [1]}
    assert workflow.draft["nodes"][0]["hologram"] is True


def test_rename_keeps_the_slug_and_the_revision(workflow: Workflow, olga: User) -> None:
    services.workflow_rename(workflow=workflow, actor=olga, name="Farewell", description="Bye")
    workflow.refresh_from_db()
    assert (workflow.name, workflow.description, workflow.slug, workflow.revision) == ("Farewell", "Bye", "greeting", 1)


def test_a_duplicate_has_the_draft_and_a_life_of_its_own(workflow: Workflow, olga: User) -> None:
    services.version_publish(workflow=workflow, actor=olga)
    copy = services.workflow_duplicate(workflow=workflow, actor=olga)
    save(copy, olga, hello("Other"), 1)
    workflow.refresh_from_db()
    assert (copy.name, copy.slug, copy.versions.count()) == ("Copy of Greeting", "copy-of-greeting", 0)
    assert workflow.draft["nodes"][1]["params"]["text"].startswith("Hello")


def test_an_archived_workflow_is_gone_but_its_row_stays(workflow: Workflow, olga: User) -> None:
    services.workflow_archive(workflow=workflow, actor=olga)
    assert Workflow.objects.filter(pk=workflow.pk).exists()
    with pytest.raises(NotFound):
        selectors.workflow_get(actor=olga, workflow_id=workflow.pk)
    with pytest.raises(NotFound):
        save(workflow, olga, hello(), 1)
    with pytest.raises(NotFound):
        services.version_publish(workflow=workflow, actor=olga)
    with pytest.raises(NotFound):
        services.version_for_draft(workflow, olga)


def test_versions_are_numbered_without_gaps(workflow: Workflow, olga: User) -> None:
    for number in (1, 2, 3):
        assert services.version_publish(workflow=workflow, actor=olga, note=f"note {number}").number == number
        save(workflow, olga, hello(f"Hello {number}"), number)
    assert [version.number for version in selectors.version_list(actor=olga, workflow=workflow)] == [3, 2, 1]


def test_publishing_an_unchanged_draft_answers_the_latest_version(workflow: Workflow, olga: User) -> None:
    first = services.version_publish(workflow=workflow, actor=olga, note="first")
    again = services.version_publish(workflow=workflow, actor=olga, note="again")
    assert (again.pk, again.number, again.note) == (first.pk, 1, "first")


def test_restoring_an_older_graph_publishes_a_version_of_its_own(workflow: Workflow, olga: User) -> None:
    first = services.version_publish(workflow=workflow, actor=olga)
    save(workflow, olga, hello("Hi"), 1)
    services.version_publish(workflow=workflow, actor=olga)
    save(workflow, olga, hello(), 2)
    third = services.version_publish(workflow=workflow, actor=olga)
    assert (third.number, third.digest, third.pk == first.pk) == (3, first.digest, False)


def test_a_graph_with_errors_is_not_published(workflow: Workflow, olga: User) -> None:
    g = Graph()
    g.node("no_such_type", "odd")
    save(workflow, olga, g.document(), 1)
    with pytest.raises(Invalid) as refused:
        services.version_publish(workflow=workflow, actor=olga)
    assert refused.value.code == "graph_invalid"
    assert "node.unknown_type" in {problem["code"] for problem in refused.value.data["problems"]}
    assert not workflow.versions.exists()


def test_test_runs_of_one_draft_share_a_version_without_a_number(workflow: Workflow, olga: User) -> None:
    first = services.version_for_draft(workflow, olga)
    again = services.version_for_draft(workflow, olga)
    save(workflow, olga, hello("Hi"), 1)
    other = services.version_for_draft(workflow, olga)
    assert (first.number, again.pk, other.pk == first.pk) == (None, first.pk, False)


def test_publishing_numbers_the_version_that_test_runs_used(workflow: Workflow, olga: User) -> None:
    tried = services.version_for_draft(workflow, olga)
    published = services.version_publish(workflow=workflow, actor=olga)
    assert (published.pk, published.number) == (tried.pk, 1)
    assert services.version_for_draft(workflow, olga).pk == published.pk


def test_a_large_draft_is_saved(workflow: Workflow, olga: User) -> None:
    assert save(workflow, olga, chain(2_000), 1).revision == 2


@pytest.mark.parametrize(
    "service", ["draft_save", "version_publish", "workflow_rename", "workflow_archive", "workflow_duplicate"]
)
def test_a_stranger_finds_nothing_to_write_to(service: str, workflow: Workflow, ed: User, vic: User, sam: User) -> None:
    more: dict[str, dict[str, Any]] = {"draft_save": {"document": services.document_read(hello("No")), "revision": 1}}
    for person in (ed, vic, sam):
        with pytest.raises(NotFound):
            getattr(services, service)(workflow=workflow, actor=person, **more.get(service, {}))
    assert Workflow.objects.count() == 1
    assert Workflow.objects.get().revision == 1


def in_threads(work: Any, count: int = 2) -> list[Any]:
    """Run the same work in threads that start together; answer what each returned or raised."""
    barrier = threading.Barrier(count)
    answers: list[Any] = [None] * count

    def run(index: int) -> None:
        try:
            barrier.wait(10)
            answers[index] = work(index)
        except Exception as error:  # the error is what the test looks at
            answers[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_lands_and_one_conflicts(workflow: Workflow, olga: User) -> None:
    for revision in range(1, 11):
        answers = in_threads(lambda index, at=revision: save(workflow, olga, hello(f"Thread {index}"), at))
        landed = [answer for answer in answers if isinstance(answer, services.Saved)]
        lost = [answer for answer in answers if isinstance(answer, Conflict)]
        assert (len(landed), len(lost)) == (1, 1)
        assert lost[0].data["revision"] == revision + 1
    workflow.refresh_from_db()
    assert workflow.revision == 11


@pytest.mark.django_db(transaction=True)
def test_test_runs_at_once_get_the_same_version(workflow: Workflow, olga: User) -> None:
    answers = in_threads(lambda index: services.version_for_draft(Workflow.objects.get(), olga).pk, count=4)
    assert len(set(answers)) == 1
    assert WorkflowVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_publishes_at_once_make_one_version(workflow: Workflow, olga: User) -> None:
    answers = in_threads(lambda index: services.version_publish(workflow=workflow, actor=olga).number, count=4)
    assert answers == [1, 1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_workflows_of_one_name_made_at_once_get_different_slugs(olga: User) -> None:
    answers = in_threads(lambda index: services.workflow_create(actor=olga, name="Same").slug, count=4)
    assert len(set(answers)) == 4
