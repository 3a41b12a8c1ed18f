"""Reads of credentials: the actor's and their teams', and never their secrets, but for the calls that a run makes."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from editor.errors import NotFound
from editor.families import ROLES
from editor.models import Credential, DefaultModels, TeamDefaultModels, Workflow
from editor.permissions import NEEDS, Action, Actor, Owned, require
from editor.vault import unseal


def credential_list(*, actor: Actor, team: Owned | None = None) -> list[Credential]:
    """List the actor's own credentials by name, or those of a team in which they may use them."""
    if team is None:
        return list(Credential.objects.filter(owner_id=actor.pk))
    require(actor, Action.CREDENTIAL_USE, team)
    return list(Credential.objects.filter(team_id=team.pk))


def credential_get(*, actor: Actor, credential_id: object) -> Credential:
    """Find a credential that the actor may use."""
    try:
        key = uuid.UUID(str(credential_id))
    except ValueError:
        raise NotFound from None
    found = Credential.objects.usable_by(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    require(actor, Action.CREDENTIAL_USE, found)
    return found


def workflows_naming(*, actor: Actor, credential: Credential) -> list[Workflow]:
    """List the workflows whose drafts name a credential: as the first part of a model, or for HTTP requests.

    A person's credential may serve in all that they see, and a team's in what belongs to the team.
    """
    name = credential.name
    by_kind = {"model": f'"{name}/', "http": f'"credential"\\s*:\\s*"({name}|{credential.pk})"'}
    found = Workflow.objects.visible_to(actor).active().defer("draft").annotate(text=Cast("draft", TextField()))
    if credential.team_id is not None:
        found = found.filter(team_id=credential.team_id)
    return list(found.filter(text__regex=by_kind[credential.kind]).order_by("name"))


def default_models(*, actor: Actor, team: Owned | None = None) -> dict[str, str]:
    """Give the model of each role, to the actor or in a team's workflows; empty where nothing was chosen."""
    row: DefaultModels | TeamDefaultModels | None
    if team is None:
        row = DefaultModels.objects.filter(owner_id=actor.pk).first()
    else:
        require(actor, Action.TEAM_VIEW, team)
        row = TeamDefaultModels.objects.filter(team_id=team.pk).first()
    return {role: "" if row is None else getattr(row, role) for role in ROLES}


@dataclass(frozen=True, slots=True)
class Opened:
    """A credential with its secret, for one call. Shown nowhere: its text says its name alone."""

    id: str
    kind: str
    name: str
    provider: str
    settings: Mapping[str, str]
    hosts: tuple[str, ...]
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Belongings:
    """What is brought to a run: sealed credentials by name, and default models by role."""

    credentials: Mapping[str, Credential]
    defaults: Mapping[str, str]


def belongings(owner_id: str, team_id: str = "") -> Belongings:
    """Read what the person who started a run brings to it, and before that what the team has whose workflow it is.

    A team's serves its own members alone, as long as they may run: a grant of a workflow grants none of it. Without a person
    the team stands for itself.
    """
    names: dict[str, Credential] = {}
    defaults: dict[str, str] = {}
    if owner_id.isdecimal():
        of_person = {"owner_id": int(owner_id), "owner__is_active": True}
        _add(names, Credential.objects.filter(**of_person))
        defaults |= _chosen(DefaultModels.objects.filter(**of_person).values(*ROLES).first())
    if team_id:
        of_team: dict[str, Any] = {"team_id": team_id}
        if owner_id:
            member = {"user_id": owner_id, "user__is_active": True, "role__gte": NEEDS[Action.RUN_START]}
            of_team |= {f"team__memberships__{name}": value for name, value in member.items()}
        _add(names, Credential.objects.filter(**of_team))
        defaults |= _chosen(TeamDefaultModels.objects.filter(**of_team).values(*ROLES).first())
    return Belongings(names, defaults)


def _add(names: dict[str, Credential], rows: Iterable[Credential]) -> None:
    for row in rows:
        names[row.name] = names[str(row.pk)] = row


def _chosen(row: Mapping[str, str] | None) -> dict[str, str]:
    return {role: model for role, model in (row or {}).items() if model}


def opened(row: Credential) -> Opened:
    """Decrypt a credential. Raises `Sealed` where the installation's keys do not open it."""
    return Opened(str(row.pk), row.kind, row.name, row.provider, row.settings, tuple(row.hosts), unseal(str(row.pk), row.sealed))
