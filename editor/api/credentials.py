"""Credentials and default models of people and teams: write-only secrets."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import WithJsonSchema

from editor import credential_selectors as selectors
from editor import credential_services as services
from editor.api.credential_schemas import (
    CredentialIn,
    CredentialList,
    CredentialOut,
    CredentialPatch,
    CredentialUses,
    DefaultModelsIn,
    DefaultModelsOut,
    ProviderKinds,
)
from editor.api.http import actor_of, refusals
from editor.permissions import Action, team_of

router = Router(tags=["credentials"])

TeamQuery = Annotated[str, Query(max_length=40, description="The id of a team; empty: your own.")]
CredentialId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]


@router.get("/provider-kinds", response={200: ProviderKinds, **refusals()}, operation_id="provider_kinds")
def provider_kinds(request: HttpRequest) -> ProviderKinds:
    """List the kinds of model providers and of HTTP credentials, and what each asks for."""
    actor_of(request)
    return ProviderKinds.all()


@router.get("/credentials", response={200: CredentialList, **refusals()}, operation_id="credential_list")
def credential_list(request: HttpRequest, team: TeamQuery = "") -> CredentialList:
    """List your credentials, or those of a team in which you edit. Their secrets are never read back."""
    actor = actor_of(request)
    found = selectors.credential_list(actor=actor, team=team_of(actor, team, Action.CREDENTIAL_USE) if team else None)
    return CredentialList(items=[CredentialOut.of(one) for one in found])


@router.post("/credentials", response={201: CredentialOut, **refusals(409, 415, 422)}, operation_id="credential_create")
def credential_create(request: HttpRequest, payload: CredentialIn) -> Status[CredentialOut]:
    """Keep a key of yours, or of a team that you administer, sealed."""
    actor = actor_of(request)
    made = services.credential_create(
        actor=actor,
        kind=payload.kind,
        name=payload.name,
        provider=payload.provider,
        secret=payload.secret,
        settings=payload.settings.given(),
        hosts=payload.hosts,
        team=None if payload.team is None else team_of(actor, payload.team, Action.CREDENTIAL_EDIT),
    )
    return Status(201, CredentialOut.of(made))


@router.get("/credentials/{credential_id}", response={200: CredentialOut, **refusals()}, operation_id="credential_get")
def credential_get(request: HttpRequest, credential_id: CredentialId) -> CredentialOut:
    """Read what is no secret of a credential, with the result of its last test."""
    return CredentialOut.of(selectors.credential_get(actor=actor_of(request), credential_id=credential_id))


@router.get("/credentials/{credential_id}/uses", response={200: CredentialUses, **refusals()}, operation_id="credential_uses")
def credential_uses(request: HttpRequest, credential_id: CredentialId) -> CredentialUses:
    """List the workflows that name a credential: they stop working without it."""
    actor = actor_of(request)
    credential = selectors.credential_get(actor=actor, credential_id=credential_id)
    return CredentialUses.of(selectors.workflows_naming(actor=actor, credential=credential))


@router.patch(
    "/credentials/{credential_id}", response={200: CredentialOut, **refusals(409, 415, 422)}, operation_id="credential_update"
)
def credential_update(request: HttpRequest, credential_id: CredentialId, payload: CredentialPatch) -> CredentialOut:
    """Rename a credential, replace its secret, or change where it goes, which asks for the secret again."""
    actor = actor_of(request)
    changed = services.credential_update(
        credential=selectors.credential_get(actor=actor, credential_id=credential_id),
        actor=actor,
        name=payload.name,
        secret=payload.secret,
        settings=None if payload.settings is None else payload.settings.given(),
        hosts=payload.hosts,
    )
    return CredentialOut.of(changed)


@router.delete("/credentials/{credential_id}", response={204: None, **refusals(415)}, operation_id="credential_delete")
def credential_delete(request: HttpRequest, credential_id: CredentialId) -> Status[None]:
    """Forget a credential, for good."""
    actor = actor_of(request)
    services.credential_delete(credential=selectors.credential_get(actor=actor, credential_id=credential_id), actor=actor)
    return Status(204, None)


@router.get("/default-models", response={200: DefaultModelsOut, **refusals()}, operation_id="default_models_get")
def default_models_get(request: HttpRequest, team: TeamQuery = "") -> DefaultModelsOut:
    """Say which models the roles mean to you, or in a team's workflows, and what an unset one falls back to."""
    actor = actor_of(request)
    found = team_of(actor, team, Action.TEAM_VIEW) if team else None
    return DefaultModelsOut.of(selectors.default_models(actor=actor, team=found))


@router.put("/default-models", response={200: DefaultModelsOut, **refusals(415, 422)}, operation_id="default_models_set")
def default_models_set(request: HttpRequest, payload: DefaultModelsIn, team: TeamQuery = "") -> DefaultModelsOut:
    """Choose the models of the roles."""
    actor = actor_of(request)
    found = team_of(actor, team, Action.CREDENTIAL_EDIT) if team else None
    services.default_models_set(actor=actor, chosen=payload.model_dump(), team=found)
    return DefaultModelsOut.of(selectors.default_models(actor=actor, team=found))
