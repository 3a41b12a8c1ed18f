"""Knowledge bases whose embedding model is a provider's: called in its protocol with the owner's key, and not always there."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from editor.credential_services import credential_create
from editor.families import FAMILIES
from editor.knowledge import services
from editor.knowledge.models import Document, KnowledgeBase
from graphapp.accounts.models import User
from runs.knowledge.index import EMBED_AT_ONCE
from runs.knowledge.leases import claim
from tests.support.indexing import Bureau, as_json, embeds, page, place_of, texts_of
from tests.support.knowledge import owner_of
from tests.unit.runs.providers.mock_openai import Answer, MockOpenAI, error, raw
from tests.unit.runs.providers.test_families import CASES, EMBEDDED, KEY

# The first test of a process imports litellm, which takes long on a busy machine.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket, pytest.mark.timeout(240)]

SECTIONS = EMBED_AT_ONCE + 4
RULES = "\n\n".join(f"# Rule {number}\n\nWhoever breaks rule {number} pays." for number in range(SECTIONS)).encode()


def hosted(olga: User, server: MockOpenAI, settings: Any, name: str = "openai") -> KnowledgeBase:
    """Give Olga a credential that leads to a server, and a base that uses it."""
    case = CASES[name]
    path = urlsplit(FAMILIES[name].base).path if FAMILIES[name].base else ""
    found = {"base_url": f"http://{place_of(server)}{path}", **case.settings}
    credential_create(actor=olga, kind="model", name="mine", provider=name, secret=KEY, settings=found)
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(server)]
    return services.base_create(actor=olga, name="Rules", embedding_model="mine/test-1")


def rules(base: KnowledgeBase) -> Document:
    """Add a document of two calls."""
    return services.document_add(base=base, actor=owner_of(base), name="rules.md", body=RULES)


def sent(server: MockOpenAI) -> list[str]:
    """Give all texts that a server was asked for."""
    return [text for request in server.requests for text in texts_of(request["body"])]


@pytest.mark.parametrize("name", EMBEDDED)
def test_a_base_is_indexed_and_searched_by_a_providers_model(olga: User, bureau: Bureau, settings: Any, name: str) -> None:
    server = bureau.serve()
    server.answers = [embeds(server)]
    base = hosted(olga, server, settings, name)
    document = bureau.index(rules(base))
    assert (document.status, document.fault, document.live_model) == ("ready", None, "mine/test-1")
    assert sent(server) == [f"Rule {number}: # Rule {number}\n\nWhoever breaks rule {number} pays." for number in range(SECTIONS)]
    assert len(server.requests) == 2
    question = services.question_ask(base=base, actor=olga, asked={"query": "Whoever breaks rule 7 pays.", "mode": "vector"})
    bureau.indexer().answer(str(question.pk))
    question.refresh_from_db()
    assert question.fault is None
    assert "rule 7 pays" in dict(question.answer or {})["passages"][0]["text"]
    assert sent(server)[SECTIONS:] == ["Whoever breaks rule 7 pays."]
    for request in server.requests:
        assert request["head"].startswith(f"POST {EMBEDDED[name][1]}")
        assert CASES[name].key.lower() in request["head"].lower()


BUSY = error("429 Too Many Requests", "rate_limit_exceeded", "retry-after: 0")
DOWN = error("503 Service Unavailable", "unavailable", "retry-after: 0")
FOREIGN = as_json({"object": "list", "data": [{"embedding": [1.0]}], "model": "m"})
FEW = as_json({"object": "list", "data": [{"index": 0, "embedding": [1.0, 2.0]}], "model": "m"})
TEXT = as_json({"object": "list", "data": [{"index": 0, "embedding": "no numbers"}] * EMBED_AT_ONCE, "model": "m"})
HUGE = page(
    b'{"object": "list", "model": "m", "data": [%s]}'
    % b", ".join([b'{"index": 0, "embedding": [1%s]}' % (b"0" * 400)] * EMBED_AT_ONCE),
    "application/json",
)


@pytest.mark.parametrize(
    ("answer", "cause", "says", "times"),
    [
        (BUSY, "rate_limit", "takes no more calls", 3),
        (DOWN, "transient", "not available", 3),
        (error("401 Unauthorized", "invalid_api_key"), "auth", "did not accept the key", 1),
        (error("404 Not Found", "model_not_found"), "model_unknown", "There is no model", 1),
        (error("400 Bad Request", "invalid"), "bad_request", "did not accept the request", 1),
        (FEW, "", "gave 1 vectors", 1),
    ],
    ids=["busy", "down", "key", "unknown", "refused", "few"],
)
def test_a_provider_that_gives_no_vectors_is_named_and_indexing_anew_works(
    olga: User, bureau: Bureau, settings: Any, answer: Answer, cause: str, says: str, times: int
) -> None:
    server = bureau.serve(answer)
    base = hosted(olga, server, settings)
    document = bureau.index(rules(base))
    fault = dict(document.fault or {})
    assert (document.status, fault["code"], fault.get("data", {}).get("cause", "")) == ("failed", "embedding_failed", cause)
    assert says in fault["message"]
    assert fault["hint"]
    assert "fallback" not in fault["hint"]
    assert KEY not in str(fault)
    assert (len(server.requests), document.lease, document.live_generation) == (times, None, 0)
    assert not document.passages.exists()
    server.answers = [embeds(server)]
    services.document_reindex(document=document, actor=olga)
    document = bureau.index(document)
    assert (document.status, document.fault, document.passages.count()) == ("ready", None, SECTIONS)


@pytest.mark.parametrize(
    "answer",
    [
        FOREIGN,
        TEXT,
        HUGE,
        as_json({"object": "list", "data": None, "model": "m"}),
        as_json({"object": "list", "data": ["a", 7], "model": "m"}),
        as_json([]),
        page(b"<html><script>alert(1)</script></html>"),
        page(b"", "application/json"),
        raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{"),
    ],
    ids=["no index", "no numbers", "too large a number", "no data", "no vectors", "a list", "a web page", "nothing", "cut"],
)
def test_what_is_no_answer_ends_in_a_fault_and_is_asked_again_only_where_it_was_cut(
    olga: User, bureau: Bureau, settings: Any, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runs.knowledge.index.PAUSES", (0.0, 0.0))
    server = bureau.serve(answer)
    document = bureau.index(rules(hosted(olga, server, settings)))
    fault = dict(document.fault or {})
    assert (document.status, fault["code"]) == ("failed", "embedding_failed"), fault
    assert "script" not in str(fault)
    assert fault["hint"]
    assert not document.passages.exists()
    was_cut = fault.get("data", {}).get("cause") == "transient"
    assert (len(server.requests), fault["retryable"]) == ((3, True) if was_cut else (1, False)), (
        "only what was cut is asked again"
    )


def test_a_provider_that_is_busy_in_between_is_waited_for_and_what_is_done_stays(
    olga: User, bureau: Bureau, settings: Any
) -> None:
    server = bureau.serve()
    busy = error("429 Too Many Requests", "rate_limit_exceeded", "retry-after: 70")
    server.answers = [embeds(server), busy, embeds(server)]
    base = hosted(olga, server, settings)
    document = bureau.index(rules(base))
    assert (document.status, document.passages_done, document.lease) == ("embedding", EMBED_AT_ONCE, None)
    fault = dict(document.fault or {})
    assert "takes no more calls" in fault["message"]
    assert "goes on by itself" in fault["hint"]
    assert document.lease_expires_at is not None
    assert timedelta(seconds=60) < document.lease_expires_at - timezone.now() <= timedelta(seconds=70)
    assert claim(30) is None
    Document.objects.update(lease_expires_at=timezone.now())
    document = bureau.index(document)
    assert (document.status, document.fault, document.passages_done) == ("ready", None, SECTIONS)
    assert len(set(sent(server))) == SECTIONS
    assert [len(texts_of(request["body"])) for request in server.requests] == [EMBED_AT_ONCE, 4, 4]


def test_a_provider_that_cannot_be_reached_is_asked_again_after_a_pause(olga: User, bureau: Bureau, settings: Any) -> None:
    server = bureau.serve(raw())
    base = hosted(olga, server, settings)
    document, pauses = rules(base), []
    for _ in range(2):
        document = bureau.index(document)
        assert (document.status, document.lease) == ("embedding", None)
        assert document.lease_expires_at is not None
        pauses.append(round((document.lease_expires_at - document.updated_at).total_seconds()))
        Document.objects.update(lease_expires_at=timezone.now())
    document = bureau.index(document)
    assert (pauses, document.status, len(server.requests)) == ([5, 30], "failed", 3)
    assert dict(document.fault or {})["data"]["cause"] == "transient"
