"""Documents that are fetched from an address: as a worker is wired, through the guard, over real connections."""

import gzip
from typing import Any

import pytest

from editor.knowledge import services
from editor.knowledge.models import Document, KnowledgeBase
from graphapp.accounts.models import User
from runs import wiring
from tests.support.indexing import Bureau, WordsAlone, goes_to, page, place_of
from tests.support.knowledge import owner_of, pdf
from tests.unit.runs.providers.mock_openai import MockOpenAI, raw

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

RULES = b"<!doctype html><title>Rules</title><main><h1>Refunds</h1><p>They take ten days.</p></main>"
TEXT = "Refunds\n\nThey take ten days."


@pytest.fixture
def base(olga: User, monkeypatch: pytest.MonkeyPatch) -> KnowledgeBase:
    """Olga's knowledge base."""
    monkeypatch.setattr(wiring, "minilm", WordsAlone)
    return services.base_create(actor=olga, name="Web")


def named(base: KnowledgeBase, server: MockOpenAI, path: str = "/rules") -> Document:
    """Add the address of a server as the owner of a base does."""
    return services.document_add_url(base=base, actor=owner_of(base), url=f"http://{place_of(server)}{path}")


def texts(document: Document) -> list[str]:
    """Give what is searched of a document."""
    live = document.passages.filter(generation=document.live_generation)
    return list(live.order_by("position").values_list("text", flat=True))


def failed(document: Document) -> dict[str, Any]:
    """Give why a document failed; nothing else is left of the attempt."""
    assert document.status == "failed"
    assert (document.lease, document.lease_expires_at, document.live_generation) == (None, None, 0)
    assert not document.passages.exists()
    assert not hasattr(document, "file")
    fault = dict(document.fault or {})
    assert fault["message"].endswith(".")
    assert fault["hint"]
    return fault


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_to_a_private_address_is_refused_and_says_so(
    base: KnowledgeBase, bureau: Bureau, settings: Any, status: str
) -> None:
    inside = bureau.serve(page(b"A secret of the inner network."))
    outside = bureau.serve(goes_to(f"http://{place_of(inside)}/admin?token=canary", status))
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(outside)]
    fault = failed(bureau.index(named(base, outside)))
    assert fault["code"] == "address_refused"
    assert place_of(inside).partition(":")[0] in fault["message"]
    assert "canary" not in str(fault)
    assert (len(outside.requests), inside.requests) == (1, [])


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "http://169.254.169.254/latest/meta-data/", "http://[::1]:1/", "http://["]
)
def test_a_redirect_to_what_is_no_place_of_the_web_is_refused(
    base: KnowledgeBase, bureau: Bureau, settings: Any, target: str
) -> None:
    outside = bureau.serve(goes_to(target))
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(outside)]
    assert failed(bureau.index(named(base, outside)))["code"] == "address_refused"


def test_a_redirect_to_a_permitted_address_is_followed(base: KnowledgeBase, bureau: Bureau, settings: Any) -> None:
    """The name under which it was added stays; what it is follows from what came."""
    second = bureau.serve(page(pdf("First.", "They take ten days."), "application/octet-stream"))
    first = bureau.serve(goes_to(f"http://{place_of(second)}/files/rules"))
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(first), place_of(second)]
    document = bureau.index(named(base, first))
    assert (document.status, document.kind, document.pages_total, document.fault) == ("ready", "pdf", 2, None)
    assert (document.name, texts(document)) == (f"{place_of(first)}/rules", ["First.", "They take ten days."])
    assert second.requests[0]["head"].startswith("GET /files/rules HTTP/1.1")


def test_redirects_without_end_are_given_up(base: KnowledgeBase, bureau: Bureau, settings: Any) -> None:
    round_and_round = bureau.serve(goes_to("/again"))
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(round_and_round)]
    fault = failed(bureau.index(named(base, round_and_round)))
    assert "redirects more than 5 times" in fault["message"]
    assert len(round_and_round.requests) == 6


PACKED = gzip.compress(b"0" * 2_000_000)


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 9999999\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n", *[b"Words. " * 10_000] * 40),
        raw(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(PACKED), PACKED),
    ],
    ids=["announced", "without end", "packed"],
)
def test_what_is_larger_than_a_document_may_be_is_not_fetched_to_its_end(
    base: KnowledgeBase, bureau: Bureau, settings: Any, answer: Any
) -> None:
    server = bureau.serve(answer)
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(server)]
    settings.GRAPHAPP_UPLOAD_MAX_BYTES = 1024 * 1024
    fault = failed(bureau.index(named(base, server)))
    assert fault["code"] == "document_too_large"
    assert fault["message"] == "What stands at this address is larger than 1 MiB, the largest document that is taken here."
    assert "Split" in fault["hint"]


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (page(b"\x89PNG\r\n\x1a\n\x00\x00", "text/html"), "document_type_unsupported", "is a PNG image"),
        (page(b"\x7fELF\x02\x01\x01\x00", "application/pdf"), "document_type_unsupported", "is a program"),
        (page(b"\x00\x01\x02\x03", "text/plain"), "document_type_unsupported", "is not text"),
        (page(b" \r\n ", "text/html"), "document_empty", "nothing at this address"),
        (page(b"<html><script>let x = 1</script></html>"), "document_without_text", "no text"),
        (page(b"Sign in first.", "text/html", "401 Unauthorized"), "http_status", "status 401"),
        (page(b"Gone.", "text/html", "404 Not Found"), "http_status", "status 404"),
        (page(b"Later.", "text/html", "503 Service Unavailable"), "http_status", "status 503"),
        (raw(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nCut"), "transient", "failed"),
        (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "transient", "failed"),
        (raw(b"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\nx"), "invalid_response", "compressed as br"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_document_says_what_stands_there(
    base: KnowledgeBase, bureau: Bureau, settings: Any, answer: Any, code: str, says: str
) -> None:
    server = bureau.serve(answer)
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(server)]
    document = bureau.index(named(base, server))
    assert document.status == "failed"
    fault = dict(document.fault or {})
    assert fault["code"] == code
    assert says in fault["message"]
    assert fault["hint"]
    assert not document.passages.exists()


@pytest.mark.parametrize(
    ("body", "media_type", "path", "kind"),
    [
        (pdf("They take ten days."), "text/html; charset=utf-8", "/rules.html", "pdf"),
        (RULES, "application/pdf", "/rules.pdf", "html"),
        (b"# Refunds\n\nThey take ten days.", "text/markdown", "/rules", "markdown"),
        (b"what,days\nThey take,ten days.\n", "text/csv; header=present", "/export?as=pdf", "csv"),
        (b"They take ten days.", "image/png", "/rules.png", "text"),
    ],
)
def test_the_bytes_say_what_was_fetched_before_its_type_and_its_name_do(
    base: KnowledgeBase, bureau: Bureau, settings: Any, body: bytes, media_type: str, path: str, kind: str
) -> None:
    server = bureau.serve(page(body, media_type))
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(server)]
    document = bureau.index(named(base, server, path))
    assert (document.status, document.kind) == ("ready", kind)
    assert "ten days." in " ".join(texts(document))


def test_what_was_down_is_fetched_when_it_is_indexed_anew_and_is_searched_meanwhile_as_it_was(
    base: KnowledgeBase, bureau: Bureau, settings: Any, olga: User
) -> None:
    down = page(b"Later.", "text/html", "503 Service Unavailable")
    server = bureau.serve(down, page(RULES), down, page(RULES.replace(b"ten", b"two")))
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(server)]
    document = bureau.index(named(base, server))
    assert (document.status, texts(document)) == ("failed", [])
    for status, text in (("ready", TEXT), ("failed", TEXT), ("ready", TEXT.replace("ten", "two"))):
        services.document_reindex(document=document, actor=olga)
        document = bureau.index(document)
        assert (document.status, texts(document)) == (status, [text])
        assert (document.fault is None) == (status == "ready")
