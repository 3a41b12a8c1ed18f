"""The models that a person may name, and tests of the credentials behind them."""

import secrets
from typing import Annotated, Any, Self

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, Field, StringConstraints

from editor import credential_selectors, credential_services
from editor.api.credential_schemas import CredentialOut
from editor.api.credentials import CredentialId, TeamQuery
from editor.api.http import ApiModel, actor_of, refusals
from editor.errors import AppError, Invalid
from editor.models import Credential
from editor.permissions import Action, can, team_of
from runs.dispatch import ask_for_test
from runs.model_list import KnownModel, models_of
from runs.providers.config import KEY_VARIABLES
from runs.wiring import provider_config

router = Router(tags=["models"])


class ModelOut(BaseModel):
    """A model, and what is known of it."""

    name: str
    source: str
    mode: str = Field(description="``chat`` or ``embedding``.")
    context_tokens: int | None
    input_price: float | None = Field(description="US dollars for a million tokens; null where nobody knows.")
    output_price: float | None
    vision: bool
    tools: bool
    schemas: bool = Field(description="Whether its provider keeps answers to a JSON Schema.")

    @classmethod
    def of(cls, known: KnownModel) -> Self:
        return cls(**{name: getattr(known, name) for name in cls.model_fields})


class ModelList(BaseModel):
    """All models that may be named here, and the providers that are set up for everybody."""

    items: list[ModelOut]
    operators: list[str]


class TestIn(ApiModel):
    """Which model to try; empty for a usual one."""

    model: Annotated[str, StringConstraints(max_length=200)] = ""


@router.get("/models", response={200: ModelList, **refusals()}, operation_id="model_list")
def model_list(request: HttpRequest, team: TeamQuery = "") -> ModelList:
    """List the models of the providers that you, a team of yours or the operator set up, with context, price and abilities."""
    actor = actor_of(request)
    mine = credential_selectors.credential_list(actor=actor)
    if team and can(actor, Action.CREDENTIAL_USE, found := team_of(actor, team, Action.TEAM_VIEW)):
        mine = [*credential_selectors.credential_list(actor=actor, team=found), *mine]
    config = provider_config()
    names: dict[str, Any] = {**dict.fromkeys(config.model_bases, False)}
    names |= {name: name in KEY_VARIABLES and name not in config.model_bases for name in config.model_keys}
    known = models_of(mine, names)
    return ModelList(items=[ModelOut.of(one) for one in known], operators=sorted(names))


@router.post(
    "/credentials/{credential_id}/test", response={200: CredentialOut, **refusals(415, 422, 503)}, operation_id="credential_test"
)
def credential_test(request: HttpRequest, credential_id: CredentialId, payload: TestIn) -> CredentialOut:
    """Have a worker make one short call with a credential. What came of it is found with the credential a moment later."""
    actor = actor_of(request)
    credential = credential_selectors.credential_get(actor=actor, credential_id=credential_id)
    if credential.kind != Credential.Kind.MODEL:
        raise Invalid("invalid", "A credential for HTTP requests is tried by running a node that uses it.")
    stamp = secrets.token_hex(8)
    credential_services.credential_test_begun(
        credential=credential, actor=actor, stamp=stamp, at=timezone.now().isoformat(), model=payload.model.strip()
    )
    if not ask_for_test(str(credential.pk), payload.model.strip(), stamp):
        raise AppError("unavailable", "No worker can be asked at the moment. Try again in a few seconds.", status=503)
    return CredentialOut.of(credential)
