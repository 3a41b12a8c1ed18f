"""Documents on their way to being searched: each ends in a clear state, and nothing is ever half done."""

import time
from collections.abc import Sequence
from typing import Any

import pytest

from editor.errors import AppError
from editor.graph.context import HttpReply
from editor.graph.faults import Fault, NodeFailure
from editor.knowledge import services
from editor.knowledge.models import Document, DocumentFile, KnowledgeBase, Passage
from graphapp.accounts.models import User
from runs.knowledge import index as indexing
from runs.knowledge.leases import LeaseLost, claim
from tests.support.knowledge import archive, bomb, docx, index_all, locked_pdf, owner_of, pdf, words_as_vectors

pytestmark = pytest.mark.django_db


@pytest.fixture
def base(olga: User) -> KnowledgeBase:
    """Olga's knowledge base."""
    return services.base_create(actor=olga, name="Handbook")


def add(base: KnowledgeBase, name: str, body: bytes) -> Document:
    """Add a document as its owner."""
    return services.document_add(base=base, actor=owner_of(base), name=name, body=body)


def indexed(base: KnowledgeBase, name: str, body: bytes, **how: Any) -> Document:
    """Add a document and index it."""
    document = add(base, name, body)
    index_all(**how)
    document.refresh_from_db()
    return document


def reason(document: Document) -> dict[str, Any]:
    """Give why a document failed."""
    assert document.status == "failed"
    return dict(document.fault or {})


def passages(document: Document) -> list[str]:
    """Give what is searched of a document."""
    live = document.passages.filter(generation=document.live_generation)
    return list(live.order_by("position").values_list("text", flat=True))


@pytest.mark.parametrize(
    ("name", "body", "text", "section", "page"),
    [
        ("a.pdf", pdf("First page.", "Refunds take ten days."), "Refunds take ten days.", "", 2),
        ("a.docx", docx("# Refunds", "They take ten days."), "They take ten days.", "Refunds", None),
        ("a.html", b"<nav>Menu</nav><h1>Refunds</h1><p>They take <b>ten</b> days.</p>", "They take ten days.", "Refunds", None),
        ("a.md", b"# Refunds\n\nThey take ten days.", "They take ten days.", "Refunds", None),
        ("a.txt", "Refunds take zehn Tage: schön.".encode("cp1252"), "Refunds take zehn Tage: schön.", "", None),
        ("a.csv", b"what,days\nRefunds,10\n", "what: Refunds; days: 10", "Row 2", None),
    ],
)  # fmt: skip
def test_every_kind_of_document_is_read_with_its_places(
    base: KnowledgeBase, name: str, body: bytes, text: str, section: str, page: int | None
) -> None:
    document = indexed(base, name, body)
    assert (document.status, document.fault) == ("ready", None)
    found = document.passages.filter(text__contains=text).get()
    assert (found.section, found.page) == (section, page)
    assert found.dimension == 384
    assert document.live_model == base.embedding_model


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("locked.pdf", locked_pdf(), "document_encrypted"),
        ("scan.pdf", pdf("", ""), "document_without_text"),
        ("cut.pdf", pdf("Text.")[:200], "document_broken"),
        ("cut.docx", docx("Text.")[:-40], "document_broken"),
        ("empty.docx", docx(), "document_empty"),
        ("odd.docx", docx(body="<w:p><w:r>"), "document_broken"),
        ("bomb.docx", bomb(), "document_too_large"),
        ("sheet.docx", archive({"xl/workbook.xml": "<x/>"}), "document_type_unsupported"),
        ("files.zip", archive({"a.txt": "Text."}), "document_type_unsupported"),
        ("blank.html", b"<html><body><script>let x = 1;</script></body></html>", "document_without_text"),
        ("head.csv", b"only,a,header\n", "document_empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_document_that_cannot_be_read_says_why(base: KnowledgeBase, name: str, body: bytes, code: str) -> None:
    document = indexed(base, name, body)
    assert reason(document)["code"] == code
    assert reason(document)["message"].endswith(".")
    assert document.lease is None
    assert not document.passages.exists()


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("empty.txt", b"", "document_empty"),
        ("blank.txt", b" \n\t ", "document_empty"),
        ("photo.md", b"\x89PNG\r\n\x1a\n\x00\x00", "document_type_unsupported"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "document_type_unsupported"),
        ("raw.txt", b"abc\x00\x01\x02", "document_type_unsupported"),
        ("large.txt", b"x" * 2000, "too_large"),
    ],
)
def test_what_can_be_told_at_once_is_refused_at_the_door(
    base: KnowledgeBase, name: str, body: bytes, code: str, settings: Any
) -> None:
    settings.GRAPHAPP_UPLOAD_MAX_BYTES = 1500
    with pytest.raises(AppError) as refused:
        add(base, name, body)
    assert refused.value.code == code
    assert not Document.objects.exists()


def test_a_document_of_too_many_pages_is_read_in_part_and_says_so(base: KnowledgeBase) -> None:
    document = indexed(base, "long.pdf", pdf(*(f"This is page {number}." for number in range(1, 41))), max_pages=25)
    assert (document.status, document.pages_read, document.pages_total) == ("ready", 25, 40)
    assert document.notes == ["Read 25 of 40 pages: documents are read up to 25 pages. Split it into parts for the rest."]
    assert len(passages(document)) == 25


def test_pages_without_text_are_counted(base: KnowledgeBase) -> None:
    document = indexed(base, "mixed.pdf", pdf("One.", "", "Three."))
    assert document.status == "ready"
    assert document.notes == ["1 of 3 pages hold no text, such as pictures or scans."]


def test_a_provider_that_fails_fails_the_document_with_its_reason(base: KnowledgeBase) -> None:
    def embed(model: str, texts: Sequence[str]) -> list[list[float]]:
        raise NodeFailure(Fault("embedding_failed", "There is no key for the provider openai.", hint="Add one."))

    document = indexed(base, "a.txt", b"Some text.", embed=embed)
    assert (reason(document)["code"], reason(document)["hint"]) == ("embedding_failed", "Add one.")
    assert not document.passages.exists()


def test_a_replaced_document_is_found_as_it_was_until_the_new_one_is_complete(base: KnowledgeBase, olga: User) -> None:
    document = indexed(base, "a.txt", b"The old text.")
    services.document_replace(document=document, actor=olga, name="b.txt", body=b"The new text.")
    document.refresh_from_db()
    assert (document.status, passages(document)) == ("waiting", ["The old text."])
    index_all()
    document.refresh_from_db()
    assert (document.status, document.name, passages(document)) == ("ready", "b.txt", ["The new text."])
    assert document.passages.count() == 1


def test_a_failed_replacement_leaves_what_was_searched(base: KnowledgeBase, olga: User) -> None:
    document = indexed(base, "a.txt", b"The old text.")
    services.document_replace(document=document, actor=olga, name="b.pdf", body=locked_pdf())
    index_all()
    document.refresh_from_db()
    assert (document.status, passages(document)) == ("failed", ["The old text."])


def test_another_embedding_model_has_every_document_indexed_anew(base: KnowledgeBase, olga: User) -> None:
    document = indexed(base, "a.txt", b"Some text.")
    services.base_update(base=base, actor=olga, embedding_model="openai/text-embedding-3-small")
    document.refresh_from_db()
    assert (document.status, document.live_model) == ("waiting", "local/minilm")
    asked: list[str] = []

    def embed(model: str, texts: Sequence[str]) -> list[list[float]]:
        asked.append(model)
        return [[1.0, 2.0, 3.0] for _ in texts]

    index_all(embed=embed)
    document.refresh_from_db()
    assert asked == ["openai/text-embedding-3-small"]
    assert document.live_model == "openai/text-embedding-3-small"
    assert list(document.passages.values_list("dimension", flat=True)) == [3]


class Killed(BaseException):
    """As a power cut: nothing handles it."""


LONG = b"\n\n".join(b"Paragraph %d says something of its own. " % number * 20 for number in range(40))


def test_a_worker_that_dies_is_followed_by_one_that_goes_on_where_it_stopped(base: KnowledgeBase) -> None:
    document = add(base, "long.txt", LONG)
    embedded: list[str] = []

    def dying(model: str, texts: Sequence[str]) -> list[list[float]]:
        if len(embedded) >= indexing.EMBED_AT_ONCE:
            raise Killed
        embedded.extend(texts)
        return words_as_vectors(model, texts)

    with pytest.raises(Killed):
        index_all(embed=dying, seconds=0.05)
    document.refresh_from_db()
    assert (document.status, document.live_generation) == ("embedding", 0)
    total = document.passages_total
    assert 0 < len(embedded) < total

    def living(model: str, texts: Sequence[str]) -> list[list[float]]:
        embedded.extend(texts)
        return words_as_vectors(model, texts)

    time.sleep(0.06)  # the lease of the dead one
    assert index_all(embed=living) == 1
    document.refresh_from_db()
    assert document.status == "ready"
    assert document.passages.count() == total == len(embedded) == len(set(embedded))


def test_a_document_that_keeps_losing_its_worker_is_given_up(base: KnowledgeBase) -> None:
    document = add(base, "a.txt", b"Some text.")
    for _ in range(3):
        assert claim(-1) is not None
    index_all()
    document.refresh_from_db()
    assert reason(document)["code"] == "document_lost_worker"


def test_who_holds_the_lease_alone_may_write(base: KnowledgeBase, olga: User) -> None:
    document = add(base, "a.txt", b"Some text.")
    first = claim(30)
    assert first is not None
    assert claim(30) is None
    services.document_reindex(document=document, actor=olga)
    with pytest.raises(LeaseLost):
        first.keep(status="reading")
    second = claim(30)
    assert second is not None
    services.document_delete(document=document, actor=olga)
    with pytest.raises(LeaseLost):
        second.keep(status="reading")


def test_a_page_is_fetched_and_its_original_kept(base: KnowledgeBase, olga: User) -> None:
    services.document_add_url(base=base, actor=olga, url="https://example.org/refunds?key=secret")

    def fetch(url: str) -> HttpReply:
        body = b"<!doctype html><main><h1>Refunds</h1><p>They take ten days.</p></main>"
        return HttpReply(200, {"content-type": "text/html; charset=utf-8"}, body, url)

    index_all(fetch=fetch)
    document = Document.objects.get()
    assert (document.status, document.kind, document.name) == ("ready", "html", "example.org/refunds")
    assert passages(document) == ["Refunds\n\nThey take ten days."]
    assert b"They take ten days." in bytes(DocumentFile.objects.get(document=document).body)


def test_html_is_data(base: KnowledgeBase) -> None:
    """What would run in a browser is not even kept; what looks like it in the text is text."""
    page = b"<h1>Hi</h1><script>alert(1)</script><img src=x onerror=alert(2)><p>&lt;script&gt;alert(3)&lt;/script&gt;</p>"
    document = indexed(base, "a.html", page)
    assert passages(document) == ["Hi\n\n<script>alert(3)</script>"]


def test_no_passage_is_without_its_document(base: KnowledgeBase, olga: User) -> None:
    indexed(base, "a.txt", b"Some text.")
    services.base_delete(base=base, actor=olga)
    assert not Passage.objects.exists()
    assert not DocumentFile.objects.exists()
