"""What is sent and answered about credentials. No answer has a field for a secret."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from editor.api.http import ApiModel
from editor.api.schemas import TeamRef
from editor.families import FAMILIES, ROLES, SCHEMES
from editor.models import Credential, Workflow

Short = Annotated[str, StringConstraints(max_length=300)]
Secret = Annotated[str, StringConstraints(max_length=8000)]
ModelName = Annotated[str, StringConstraints(max_length=200)]
Kind = Literal["model", "http"]


class CredentialSettings(ApiModel):
    """What is no secret. Which of them a provider asks for, its kind says."""

    base_url: Short | None = None
    api_version: Short | None = None
    deployment: Short | None = None
    region: Short | None = None
    access_key_id: Short | None = None
    username: Short | None = None
    field: Short | None = Field(default=None, description="The name of the header or query parameter.")

    def given(self) -> dict[str, str]:
        """Leave out what was not said."""
        return self.model_dump(exclude_none=True)


class CredentialIn(ApiModel):
    """A new credential."""

    kind: Kind
    name: Short
    provider: Annotated[str, StringConstraints(max_length=40)]
    secret: Secret = ""
    settings: CredentialSettings = CredentialSettings()
    hosts: Annotated[list[Short], Field(max_length=20)] = []
    team: TeamRef = None


class CredentialPatch(ApiModel):
    """What changes; what is left out stays."""

    name: Short | None = None
    secret: Secret | None = None
    settings: CredentialSettings | None = None
    hosts: Annotated[list[Short], Field(max_length=20)] | None = None


class CredentialOut(BaseModel):
    """A credential as those see it who may use it."""

    id: str
    team: str | None = Field(description="The id of the team that has it; null for one of yours.")
    kind: Kind
    name: str
    provider: str
    settings: dict[str, str]
    hosts: list[str]
    has_secret: bool
    ends: str = Field(description="The last four letters of a long secret; empty for a short one.")
    test: dict[str, Any] | None = Field(description="What came of the last test; null where there was none.")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Credential) -> Self:
        return cls(
            id=str(row.pk),
            team=None if row.team_id is None else str(row.team_id),
            kind="model" if row.kind == Credential.Kind.MODEL else "http",
            name=row.name,
            provider=row.provider,
            settings=row.settings,
            hosts=row.hosts,
            has_secret=bool(row.sealed),
            ends=row.ends,
            test=row.test,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


class CredentialList(BaseModel):
    """All credentials of a person or a team."""

    items: list[CredentialOut]


class CredentialUse(BaseModel):
    """A workflow that names a credential."""

    id: str
    name: str


class CredentialUses(BaseModel):
    """The workflows that name a credential."""

    items: list[CredentialUse]

    @classmethod
    def of(cls, found: Sequence[Workflow]) -> Self:
        return cls(items=[CredentialUse(id=str(one.pk), name=one.name) for one in found])


class DefaultModelsIn(ApiModel):
    """A model for each role; empty for the shipped one."""

    cheap: ModelName = ""
    good: ModelName = ""
    judge: ModelName = ""
    embedding: ModelName = ""


class DefaultModelsOut(BaseModel):
    """What each role means."""

    chosen: dict[str, str]
    fallbacks: dict[str, str] = Field(description="What an unset role means.")

    @classmethod
    def of(cls, chosen: Mapping[str, str]) -> Self:
        return cls(chosen=dict(chosen), fallbacks=dict(ROLES))


class ProviderKind(BaseModel):
    """A kind of model provider, and what it asks for."""

    name: str
    title: str
    base: str
    needs_key: bool
    fields: list[str]
    required: list[str]
    test_model: str
    key_hint: str


class ProviderKinds(BaseModel):
    """All kinds of model providers, and of HTTP credentials by name."""

    models: list[ProviderKind]
    http: dict[str, str]

    @classmethod
    def all(cls) -> Self:
        kinds = [
            ProviderKind(
                name=family.name,
                title=family.title,
                base=family.base,
                needs_key=family.needs_key,
                fields=list(family.fields),
                required=list(family.required),
                test_model=family.test_model,
                key_hint=family.key_hint,
            )
            for family in FAMILIES.values()
        ]
        return cls(models=kinds, http=dict(SCHEMES))
