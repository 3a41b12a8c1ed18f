"""Credentials and default models: write-only secrets, each person's own."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Status
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

router = Router(tags=["credentials"])

CredentialId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]


@router.get("/provider-kinds", response={200: ProviderKinds, **refusals()}, operation_id="provider_kinds")
def provider_kinds(request: HttpRequest) -> ProviderKinds:
    """List the kinds of model providers and of HTTP credentials, and what each asks for."""
    actor_of(request)
    return ProviderKinds.all()


@router.get("/credentials", response={200: CredentialList, **refusals()}, operation_id="credential_list")
def credential_list(request: HttpRequest) -> CredentialList:
    """List your credentials. Their secrets are never read back."""
    found = selectors.credential_list(actor=actor_of(request))
    return CredentialList(items=[CredentialOut.of(one) for one in found])


@router.post("/credentials", response={201: CredentialOut, **refusals(409, 415, 422)}, operation_id="credential_create")
def credential_create(request: HttpRequest, payload: CredentialIn) -> Status[CredentialOut]:
    """Keep a key of yours, sealed."""
    made = services.credential_create(
        actor=actor_of(request),
        kind=payload.kind,
        name=payload.name,
        provider=payload.provider,
        secret=payload.secret,
        settings=payload.settings.given(),
        hosts=payload.hosts,
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
def default_models_get(request: HttpRequest) -> DefaultModelsOut:
    """Say which models your roles mean, and what an unset one falls back to."""
    return DefaultModelsOut.of(selectors.default_models(actor=actor_of(request)))


@router.put("/default-models", response={200: DefaultModelsOut, **refusals(415, 422)}, operation_id="default_models_set")
def default_models_set(request: HttpRequest, payload: DefaultModelsIn) -> DefaultModelsOut:
    """Choose the models of your roles."""
    actor = actor_of(request)
    services.default_models_set(actor=actor, chosen=payload.model_dump())
    return DefaultModelsOut.of(selectors.default_models(actor=actor))
