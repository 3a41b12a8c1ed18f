"""What is found in a knowledge base, by whom, and how it is cited; and the searches that people try out."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from editor.graph.context import KnowledgeQuery
from editor.graph.faults import Fault, NodeFailure
from editor.knowledge import services
from editor.knowledge.models import Document, KnowledgeBase, KnowledgeQuestion, Passage
from editor.services import document_read, workflow_create
from graphapp.accounts.models import User
from runs.accounts import NOBODY, Payer
from runs.knowledge.questions import answer_question, forget_questions, open_questions
from runs.knowledge.service import StoredKnowledge
from runs.models import Run
from runs.providers.embeddings import Embeddings
from runs.providers.minilm import NAME
from runs.services import run_start
from tests.builders import hello
from tests.support.knowledge import index_all, pdf, words_as_vectors

pytestmark = pytest.mark.django_db(transaction=True)


class Scripted(Embeddings):
    """The stand-in for embedding models."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault = fault

    async def embed(self, model: str, texts: Any, purpose: Any, *, payer: Payer = NOBODY) -> list[list[float]]:
        if self.fault is not None:
            raise NodeFailure(self.fault)
        return words_as_vectors(model, texts)


@pytest.fixture
def base(olga: User) -> KnowledgeBase:
    """Olga's knowledge base of three documents."""
    base = services.base_create(actor=olga, name="Handbook")
    for name, body in (
        ("refunds.pdf", pdf("Refunds are paid within ten days.", "Shipping takes three days.")),
        ("plans.md", b"# Plans\n\n## Team\n\nThe team plan costs twenty dollars.\n\n## Solo\n\nThe solo plan is free."),
        ("codes.txt", b"Error E-4711 means that the printer has no paper."),
    ):
        services.document_add(base=base, actor=olga, name=name, body=body)
    index_all()
    return base


def run_of(person: User) -> str:
    """Give a run of somebody."""
    run = Run.objects.filter(started_by=person).first()
    if run is not None:
        return str(run.pk)
    workflow = workflow_create(actor=person, name="Asks", document=document_read(hello()))
    return str(run_start(workflow=workflow, actor=person, input={"who": "you"}, version="draft").pk)


def found(person: User, base: KnowledgeBase, query: str, fault: Fault | None = None, **more: Any) -> dict[str, Any]:
    """Search as a node of somebody's run does."""
    knowledge = StoredKnowledge(Scripted(fault)).of_run(run_of(person))
    return dict(asyncio.run(knowledge.search(KnowledgeQuery(str(base.pk), query, **more))))


def refused(*args: Any, **more: Any) -> Fault:
    """Search in vain."""
    with pytest.raises(NodeFailure) as failure:
        found(*args, **more)
    return failure.value.fault


def test_the_passage_that_fits_comes_first_with_its_citation(olga: User, base: KnowledgeBase) -> None:
    for mode in ("vector", "text", "hybrid"):
        answer = found(olga, base, "When are refunds paid?", mode=mode)
        assert answer["passages"][0]["text"] == "Refunds are paid within ten days.", mode
    best = answer["passages"][0]
    assert (best["document"], best["page"], best["citation"]) == ("refunds.pdf", 1, "refunds.pdf, page 1")
    assert best["url"].endswith(f"/knowledge/{base.pk}/documents/{best['document_id']}?passage=0")
    assert best["text"][best["start"] : best["end"]] == best["text"]
    assert 0 < best["score"] <= 1
    assert answer["context"].startswith("[1] refunds.pdf, page 1\nRefunds are paid")


def test_a_section_is_cited_by_its_headings(olga: User, base: KnowledgeBase) -> None:
    best = found(olga, base, "What does the team plan cost?")["passages"][0]
    assert best["citation"] == "plans.md, Plans > Team"


def test_scores_say_where_they_come_from(olga: User, base: KnowledgeBase) -> None:
    best = found(olga, base, "E-4711 printer")["passages"][0]
    assert best["document"] == "codes.txt"
    assert best["score"] == 1.0
    assert best["ranks"]["vector"]["rank"] == best["ranks"]["text"]["rank"] == 1
    by_words = found(olga, base, "E-4711 printer", mode="text")["passages"][0]
    assert by_words["ranks"]["vector"] is None


def test_a_search_can_be_kept_to_documents(olga: User, base: KnowledgeBase) -> None:
    pages = {one["document"] for one in found(olga, base, "days plan refunds", documents=["plans.md"], top_k=10)["passages"]}
    assert pages == {"plans.md"}
    document = Document.objects.get(name="codes.txt")
    assert {one["document"] for one in found(olga, base, "paper", documents=[str(document.pk)])["passages"]} == {"codes.txt"}
    assert refused(olga, base, "paper", documents=["none.txt"]).code == "document_missing"


def test_no_more_than_wanted_and_nothing_below_the_lowest_score(olga: User, base: KnowledgeBase) -> None:
    assert len(found(olga, base, "days", top_k=2)["passages"]) == 2
    assert found(olga, base, "quite another matter", mode="vector", min_score=0.99)["passages"] == []


def test_a_small_base_is_found_whole_beside_large_ones(olga: User, sam: User, base: KnowledgeBase) -> None:
    """The index knows no bases: what is dropped behind it must not be all that it gives."""
    other = services.base_create(actor=sam, name="Large")
    document = services.document_add(base=other, actor=sam, name="a.txt", body=b"Refunds are paid within ten days.")
    index_all()
    twin = Passage.objects.get(document=document)
    facts = {"base": other, "document": document, "generation": twin.generation, "text": twin.text}
    vector = {"embedding": twin.embedding, "dimension": twin.dimension}
    Passage.objects.bulk_create([Passage(position=number, **facts, **vector) for number in range(1, 1500)])
    assert len(found(olga, base, "Refunds are paid within ten days.", mode="vector", top_k=3)["passages"]) == 3


def test_a_query_that_is_none_is_refused(olga: User, base: KnowledgeBase) -> None:
    for query in ("", "   ", "x" * 10_001):
        assert refused(olga, base, query).code == "bad_input"


ODD = ("' OR 1=1 --", "a & | ! ( :* b", "%s %(base)s {}", "\\", "🎉", "the of and", '"quoted words"', "' | '")


def test_whatever_is_looked_for_is_text(olga: User, base: KnowledgeBase) -> None:
    for query in ODD:
        for mode in ("hybrid", "vector", "text"):
            found(olga, base, query, mode=mode)


def test_nobody_searches_what_is_anothers(olga: User, sam: User, base: KnowledgeBase) -> None:
    foreign, unknown, odd = (refused(sam, base, "refunds"), "00000000-0000-4000-8000-000000000000", "Handbook")
    assert foreign.code == "knowledge_missing"
    with pytest.raises(NodeFailure) as failure:
        asyncio.run(StoredKnowledge(Scripted()).of_run(run_of(sam)).search(KnowledgeQuery(unknown, "refunds")))
    assert failure.value.fault == foreign
    with pytest.raises(NodeFailure) as failure:
        asyncio.run(StoredKnowledge(Scripted()).of_run(run_of(olga)).search(KnowledgeQuery(odd, "refunds")))
    assert failure.value.fault == foreign


def test_an_empty_base_says_what_to_do(olga: User) -> None:
    empty = services.base_create(actor=olga, name="Empty")
    fault = refused(olga, empty, "anything")
    assert (fault.code, fault.retryable) == ("knowledge_empty", False)
    services.document_add(base=empty, actor=olga, name="a.txt", body=b"Some text.")
    fault = refused(olga, empty, "anything")
    assert (fault.code, fault.retryable) == ("knowledge_empty", True)


def test_documents_of_another_model_are_found_by_words_and_that_is_said(olga: User, base: KnowledgeBase) -> None:
    services.base_update(base=base, actor=olga, embedding_model="openai/text-embedding-3-small")
    answer = found(olga, base, "When are refunds paid?")
    assert answer["passages"][0]["document"] == "refunds.pdf"
    assert answer["passages"][0]["ranks"]["vector"] is None
    assert answer["notes"] == [
        "3 of 3 documents wait to be indexed for openai/text-embedding-3-small: they are found by words alone."
    ]


def test_a_provider_that_fails_fails_the_search_but_not_the_one_by_words(olga: User, base: KnowledgeBase) -> None:
    fault = Fault("embedding_failed", "The provider is not available.", retryable=True)
    assert refused(olga, base, "refunds", fault=fault) == fault
    assert found(olga, base, "refunds", fault=fault, mode="text")["passages"]


@pytest.mark.model
def test_the_local_model_finds_what_is_meant_and_not_only_what_is_said(olga: User) -> None:
    """One real run of the embedding model that comes with the product: no key, no network."""
    base = services.base_create(actor=olga, name="Real")
    assert base.embedding_model == NAME
    for name, text in (
        ("money.txt", "Customers are reimbursed within ten days after we receive the parcel."),
        ("cats.txt", "The cat sleeps on the warm windowsill all afternoon."),
        ("tax.txt", "The annual report lists the taxes of the last fiscal year."),
    ):
        services.document_add(base=base, actor=olga, name=name, body=text.encode())
    real = Embeddings(hosted=None)  # type: ignore[arg-type]  # never asked
    index_all(embed=lambda model, texts: asyncio.run(real.embed(model, texts, "passage")))
    knowledge = StoredKnowledge(real).of_run(run_of(olga))
    query = KnowledgeQuery(str(base.pk), "How long until I get my money back?", mode="vector")
    answer = asyncio.run(knowledge.search(query))
    assert answer["passages"][0]["document"] == "money.txt"
    assert answer["passages"][0]["score"] > 0.3 > answer["passages"][1]["score"]


def on_loop(work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Run it here."""
    return asyncio.run(work)


def test_a_search_that_is_tried_out_is_answered_once(olga: User, base: KnowledgeBase) -> None:
    asked = {"query": "refunds", "top_k": 2, "mode": "text", "min_score": 0.0, "documents": []}
    question = services.question_ask(base=base, actor=olga, asked=asked)
    knowledge = StoredKnowledge(Scripted())
    answer_question(str(question.pk), knowledge, on_loop)
    question.refresh_from_db()
    assert question.answer is not None
    assert question.answer["passages"][0]["document"] == "refunds.pdf"
    KnowledgeQuestion.objects.update(answer={"passages": []})
    answer_question(str(question.pk), knowledge, on_loop)
    question.refresh_from_db()
    assert question.answer == {"passages": []}


def test_a_question_that_no_message_brought_is_found(olga: User, base: KnowledgeBase) -> None:
    question = services.question_ask(base=base, actor=olga, asked={"query": "refunds"})
    assert open_questions() == []
    KnowledgeQuestion.objects.update(created_at="2026-01-01T00:00:00Z")
    assert open_questions() == []
    assert forget_questions() == 1
    assert not KnowledgeQuestion.objects.filter(pk=question.pk).exists()
