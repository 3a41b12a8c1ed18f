"""The documents of knowledge bases: add, replace, follow, read, delete. Workers index them."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router, Status

from editor.api.http import WorkflowId as Id
from editor.api.http import actor_of, refusals
from editor.api.uploads import UPLOAD_BODY, read_upload
from editor.knowledge import selectors, services
from editor.knowledge.models import Document
from editor.permissions import Actor
from runs.api.knowledge_schemas import DocumentOut, DocumentPage, ExcerptOut, UrlIn
from runs.dispatch import hint_indexing_on_commit

router = Router(tags=["knowledge"])

FileName = Annotated[str, Query(min_length=1, max_length=1000)]
SANDBOX = "sandbox; default-src 'none'"


@router.get(
    "/knowledge/{base_id}/documents", response={200: DocumentPage, **refusals(422)}, operation_id="knowledge_document_list"
)
def document_list(
    request: HttpRequest,
    base_id: Id,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> DocumentPage:
    """List documents with their states, the newest first."""
    actor = actor_of(request)
    base = selectors.base_get(actor=actor, base_id=base_id)
    page = selectors.document_list(actor=actor, base=base, limit=limit, offset=offset)
    return DocumentPage(items=[DocumentOut.of(document) for document in page.items], total=page.total)


@router.post(
    "/knowledge/{base_id}/documents",
    response={201: DocumentOut, **refusals(409, 415, 422)},
    operation_id="knowledge_document_upload",
    openapi_extra=UPLOAD_BODY,
)
def document_upload(request: HttpRequest, base_id: Id, name: FileName) -> Status[DocumentOut]:
    """Add a document: the body is the file itself, sent as `application/octet-stream`. What it is, its bytes say."""
    actor = actor_of(request)
    base = selectors.base_get(actor=actor, base_id=base_id)
    document = services.document_add(base=base, actor=actor, name=name, body=read_upload(request))
    hint_indexing_on_commit()
    return Status(201, DocumentOut.of(document))


@router.post(
    "/knowledge/{base_id}/documents/from-url",
    response={201: DocumentOut, **refusals(409, 415, 422)},
    operation_id="knowledge_document_add_url",
)
def document_add_url(request: HttpRequest, base_id: Id, payload: UrlIn) -> Status[DocumentOut]:
    """Add what stands at an address. A worker fetches it, from public addresses and those that the operator allows."""
    actor = actor_of(request)
    base = selectors.base_get(actor=actor, base_id=base_id)
    document = services.document_add_url(base=base, actor=actor, url=payload.url, name=payload.name)
    hint_indexing_on_commit()
    return Status(201, DocumentOut.of(document))


@router.get(
    "/knowledge/{base_id}/documents/{document_id}",
    response={200: DocumentOut, **refusals()},
    operation_id="knowledge_document_get",
)
def document_get(request: HttpRequest, base_id: Id, document_id: Id) -> DocumentOut:
    """Read a document's state."""
    actor = actor_of(request)
    return DocumentOut.of(_document(actor, base_id, document_id))


@router.delete(
    "/knowledge/{base_id}/documents/{document_id}",
    response={204: None, **refusals(415)},
    operation_id="knowledge_document_delete",
)
def document_delete(request: HttpRequest, base_id: Id, document_id: Id) -> Status[None]:
    """Delete a document with its original and its passages."""
    actor = actor_of(request)
    services.document_delete(document=_document(actor, base_id, document_id), actor=actor)
    return Status(204, None)


@router.post(
    "/knowledge/{base_id}/documents/{document_id}/reindex",
    response={202: DocumentOut, **refusals(415)},
    operation_id="knowledge_document_reindex",
)
def document_reindex(request: HttpRequest, base_id: Id, document_id: Id) -> Status[DocumentOut]:
    """Index a document anew; one from an address is fetched anew."""
    actor = actor_of(request)
    document = services.document_reindex(document=_document(actor, base_id, document_id), actor=actor)
    hint_indexing_on_commit()
    return Status(202, DocumentOut.of(document))


@router.get("/knowledge/{base_id}/documents/{document_id}/file", response=refusals(), operation_id="knowledge_document_file")
def document_file(request: HttpRequest, base_id: Id, document_id: Id) -> HttpResponse:
    """Download the original. It is never shown in the page's own origin, whatever it says it is."""
    actor = actor_of(request)
    document = _document(actor, base_id, document_id)
    answer = HttpResponse(selectors.document_body(actor=actor, document=document), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=document.name) or "attachment"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@router.put(
    "/knowledge/{base_id}/documents/{document_id}/file",
    response={200: DocumentOut, **refusals(415, 422)},
    operation_id="knowledge_document_replace",
    openapi_extra=UPLOAD_BODY,
)
def document_replace(request: HttpRequest, base_id: Id, document_id: Id, name: FileName) -> DocumentOut:
    """Replace a document's original. The old passages are found until the new ones are complete."""
    actor = actor_of(request)
    document = _document(actor, base_id, document_id)
    replaced = services.document_replace(document=document, actor=actor, name=name, body=read_upload(request))
    hint_indexing_on_commit()
    return DocumentOut.of(replaced)


@router.get(
    "/knowledge/{base_id}/documents/{document_id}/passages",
    response={200: ExcerptOut, **refusals(422)},
    operation_id="knowledge_passage_list",
)
def passage_list(
    request: HttpRequest, base_id: Id, document_id: Id, position: Annotated[int, Query(ge=0, le=1_000_000)] = 0
) -> ExcerptOut:
    """Read the passage at a position with those around it: what a citation opens."""
    actor = actor_of(request)
    document = _document(actor, base_id, document_id)
    return ExcerptOut.of(selectors.excerpt(actor=actor, document=document, position=position))


def _document(actor: Actor, base_id: str, document_id: str) -> Document:
    base = selectors.base_get(actor=actor, base_id=base_id)
    return selectors.document_get(actor=actor, base=base, document_id=document_id)
