"""Knowledge bases: list, make, read, change, delete, and try searches out. What is left to workers stands in rows."""

from django.http import HttpRequest
from ninja import Router, Status

from editor.api.http import WorkflowId as Id
from editor.api.http import actor_of, refusals
from editor.api.schemas import Space
from editor.knowledge import selectors, services
from editor.permissions import Action, roles_of, team_of
from editor.selectors import in_space
from runs.api.knowledge_schemas import BaseIn, BaseList, BaseOut, BasePatch, QuestionIn, QuestionOut
from runs.dispatch import hint_indexing_on_commit, hint_question_on_commit

router = Router(tags=["knowledge"])


@router.get("/knowledge", response={200: BaseList, **refusals()}, operation_id="knowledge_list")
def knowledge_list(request: HttpRequest, space: Space = "") -> BaseList:
    """List your knowledge bases, your teams' and those shared with you, the last changed first."""
    actor = actor_of(request)
    found = selectors.base_list(actor=actor, space=in_space(actor, space))
    roles = roles_of(actor, found)
    return BaseList(items=[BaseOut.of(base, actor, roles[base.pk]) for base in found])


@router.post("/knowledge", response={201: BaseOut, **refusals(415, 422)}, operation_id="knowledge_create")
def knowledge_create(request: HttpRequest, payload: BaseIn) -> Status[BaseOut]:
    """Make an empty knowledge base. Without an embedding model it gets the default one, which needs no key."""
    actor = actor_of(request)
    team = None if payload.team is None else team_of(actor, payload.team, Action.TEAM_ADD)
    base = services.base_create(
        actor=actor, name=payload.name, description=payload.description, embedding_model=payload.embedding_model, team=team
    )
    return Status(201, BaseOut.of(base, actor))


@router.get("/knowledge/{base_id}", response={200: BaseOut, **refusals()}, operation_id="knowledge_get")
def knowledge_get(request: HttpRequest, base_id: Id) -> BaseOut:
    """Read a knowledge base, with counts of its documents by state."""
    actor = actor_of(request)
    return BaseOut.of(selectors.base_get(actor=actor, base_id=base_id), actor)


@router.patch("/knowledge/{base_id}", response={200: BaseOut, **refusals(415, 422)}, operation_id="knowledge_update")
def knowledge_update(request: HttpRequest, base_id: Id, payload: BasePatch) -> BaseOut:
    """Change a name, a description, or the embedding model; another model has all documents indexed anew."""
    actor = actor_of(request)
    base = selectors.base_get(actor=actor, base_id=base_id)
    services.base_update(base=base, actor=actor, **payload.model_dump())
    hint_indexing_on_commit()
    return BaseOut.of(selectors.base_get(actor=actor, base_id=base_id), actor)


@router.delete("/knowledge/{base_id}", response={204: None, **refusals(415)}, operation_id="knowledge_delete")
def knowledge_delete(request: HttpRequest, base_id: Id) -> Status[None]:
    """Delete a knowledge base with all its documents."""
    actor = actor_of(request)
    services.base_delete(base=selectors.base_get(actor=actor, base_id=base_id), actor=actor)
    return Status(204, None)


@router.post("/knowledge/{base_id}/reindex", response={202: BaseOut, **refusals(415)}, operation_id="knowledge_reindex")
def knowledge_reindex(request: HttpRequest, base_id: Id) -> Status[BaseOut]:
    """Index all documents anew. What is searched stays as it is until each is complete."""
    actor = actor_of(request)
    services.base_reindex(base=selectors.base_get(actor=actor, base_id=base_id), actor=actor)
    hint_indexing_on_commit()
    return Status(202, BaseOut.of(selectors.base_get(actor=actor, base_id=base_id), actor))


@router.post(
    "/knowledge/{base_id}/questions", response={201: QuestionOut, **refusals(415, 422)}, operation_id="knowledge_question_ask"
)
def question_ask(request: HttpRequest, base_id: Id, payload: QuestionIn) -> Status[QuestionOut]:
    """Try a search out. A worker answers it in a moment: read it until its status is no longer `waiting`."""
    actor = actor_of(request)
    base = selectors.base_get(actor=actor, base_id=base_id)
    question = services.question_ask(base=base, actor=actor, asked=payload.model_dump())
    hint_question_on_commit(str(question.pk))
    return Status(201, QuestionOut.of(question))


@router.get(
    "/knowledge/{base_id}/questions/{question_id}",
    response={200: QuestionOut, **refusals()},
    operation_id="knowledge_question_get",
)
def question_get(request: HttpRequest, base_id: Id, question_id: Id) -> QuestionOut:
    """Read what a search found."""
    actor = actor_of(request)
    base = selectors.base_get(actor=actor, base_id=base_id)
    return QuestionOut.of(selectors.question_get(actor=actor, base=base, question_id=question_id))
