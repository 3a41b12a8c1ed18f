"""Knowledge bases over HTTP, from the first name to a passage that a citation opens."""

from typing import Any

import pytest

from editor.credential_services import default_models_set
from editor.knowledge.models import Document, KnowledgeBase
from graphapp.accounts.models import User
from runs import dispatch
from tests.integration.editor.conftest import Api
from tests.support.knowledge import index_all, pdf

pytestmark = pytest.mark.django_db

BINARY = "application/octet-stream"


@pytest.fixture
def api(olga: User) -> Api:
    """Call the API as Olga."""
    return Api(olga)


@pytest.fixture
def base(api: Api) -> str:
    """Give the id of a new knowledge base of hers."""
    answer = api("POST", "/knowledge", {"name": "  Hand   book ", "description": "Ours."})
    assert answer.status == 201, answer.json
    assert answer.json["name"] == "Hand book"
    assert answer.json["embedding_model"] == "local/minilm"
    return str(answer.json["id"])


def upload(api: Api, base: str, name: str, body: bytes) -> Any:
    """Upload a document."""
    return api("POST", f"/knowledge/{base}/documents?name={name}", body, BINARY)


def test_a_base_is_made_renamed_listed_and_deleted(api: Api, base: str) -> None:
    assert api("PATCH", f"/knowledge/{base}", {"name": "Rules"}).json["name"] == "Rules"
    [listed] = api("GET", "/knowledge").json["items"]
    assert (listed["name"], listed["description"], listed["documents"]) == ("Rules", "Ours.", 0)
    assert api("DELETE", f"/knowledge/{base}").status == 204
    assert api("GET", f"/knowledge/{base}").status == 404
    assert not KnowledgeBase.objects.exists()


def test_a_new_base_gets_the_default_model_of_whoever_makes_it(api: Api, olga: User, base: str) -> None:
    """What is there keeps its own, and a template's documents keep to the model that needs no key."""
    default_models_set(actor=olga, chosen={"embedding": "openai/text-embedding-3-small"})
    assert api("POST", "/knowledge", {"name": "Mine"}).json["embedding_model"] == "openai/text-embedding-3-small"
    assert (
        api("POST", "/knowledge", {"name": "Local", "embedding_model": "local/minilm"}).json["embedding_model"] == "local/minilm"
    )
    assert api("GET", f"/knowledge/{base}").json["embedding_model"] == "local/minilm"
    api("POST", "/templates/answer_from_documents/workflows", {})
    assert KnowledgeBase.objects.get(kit="lamp_shop").embedding_model == "local/minilm"


@pytest.mark.parametrize("body", [{}, {"name": "  "}, {"name": "x" * 201}, {"name": 1}, {"name": "a", "owner": 1}])
def test_a_base_needs_a_name_and_nothing_else(api: Api, body: Any) -> None:
    assert api("POST", "/knowledge", body).status == 422


def test_an_uploaded_document_is_followed_until_its_passages_can_be_read(api: Api, base: str) -> None:
    answer = upload(api, base, "../../etc/hand%20book.pdf", pdf("First.", "Refunds take ten days."))
    assert answer.status == 201, answer.json
    document = answer.json
    assert (document["name"], document["kind"], document["status"]) == ("hand book.pdf", "pdf", "waiting")
    place = f"/knowledge/{base}/documents/{document['id']}"
    index_all()
    ready = api("GET", place).json
    assert (ready["status"], ready["pages_read"], ready["passages_done"], ready["is_searched"]) == ("ready", 2, 2, True)
    excerpt = api("GET", f"{place}/passages?position=1").json
    assert [one["text"] for one in excerpt["passages"]] == ["First.", "Refunds take ten days."]
    assert (excerpt["total"], excerpt["passages"][1]["page"]) == (2, 2)
    counted = api("GET", f"/knowledge/{base}").json
    assert (counted["documents"], counted["ready"], counted["under_way"], counted["failed"]) == (1, 1, 0, 0)
    assert api("DELETE", place).status == 204
    assert api("GET", f"/knowledge/{base}/documents").json == {"items": [], "total": 0}


def test_an_original_is_downloaded_and_never_opened(api: Api, base: str) -> None:
    """A page that was uploaded must not run in the origin of this one."""
    body = b"<!doctype html><script>alert(1)</script><p>Hi</p>"
    document = upload(api, base, "a%0d%0aX-Evil:1.html", body).json
    answer = api.client.get(f"/api/v1/knowledge/{base}/documents/{document['id']}/file")
    assert answer.content == body
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "X-Evil" not in answer.headers


def test_a_document_is_replaced_and_indexed_anew(api: Api, base: str) -> None:
    document = upload(api, base, "a.txt", b"Old.").json
    place = f"/knowledge/{base}/documents/{document['id']}"
    index_all()
    replaced = api("PUT", f"{place}/file?name=b.md", b"# New", BINARY)
    assert (replaced.status, replaced.json["name"], replaced.json["status"]) == (200, "b.md", "waiting")
    index_all()
    assert api("POST", f"{place}/reindex").json["status"] == "waiting"
    index_all()
    assert api("POST", f"/knowledge/{base}/reindex").json["under_way"] == 1


def test_an_upload_is_a_file_and_nothing_else(api: Api, base: str, settings: Any) -> None:
    settings.GRAPHAPP_UPLOAD_MAX_BYTES = 2000
    path = f"/knowledge/{base}/documents?name=a.txt"
    assert api("POST", path, b"Text.", "text/plain").status == 415
    assert api("POST", path, {"name": "a"}).status == 415
    assert api("POST", f"/knowledge/{base}/documents", b"Text.", BINARY).status == 422
    large = api("POST", path, b"x" * 2001, BINARY)
    assert (large.status, large.code) == (422, "too_large")
    photo = api("POST", path, b"\x89PNG\r\n\x1a\n\x00", BINARY)
    assert (photo.status, photo.code) == (422, "document_type_unsupported")
    assert api("POST", path, b" \n ", BINARY).code == "document_empty"
    assert not Document.objects.exists()


def test_a_file_is_taken_nowhere_else(api: Api, base: str) -> None:
    for method, path in (("POST", "/knowledge"), ("PATCH", f"/knowledge/{base}"), ("POST", f"/knowledge/{base}/questions")):
        assert api(method, path, b'{"name": "x", "query": "x"}', BINARY).status == 415


@pytest.mark.parametrize(
    "url", ["", "ftp://example.org/a", "file:///etc/passwd", "javascript:alert(1)", "example.org", "x" * 5000]
)
def test_an_address_is_one_of_the_web(api: Api, base: str, url: str) -> None:
    assert api("POST", f"/knowledge/{base}/documents/from-url", {"url": url}).status == 422


def test_work_is_hinted_once_the_row_stands(
    api: Api, base: str, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[tuple[str, ...]] = []
    monkeypatch.setattr(dispatch.dispatcher, "tell", lambda task, *args: told.append((task, *args)))
    with django_capture_on_commit_callbacks(execute=True):
        upload(api, base, "a.txt", b"Text.")
        asked = api("POST", f"/knowledge/{base}/questions", {"query": "What?"})
    assert asked.json["status"] == "waiting"
    assert told == [("runs.index",), ("runs.answer_question", asked.json["id"])]
    read = api("GET", f"/knowledge/{base}/questions/{asked.json['id']}")
    assert read.json["status"] == "waiting"
