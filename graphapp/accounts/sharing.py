"""One workflow or knowledge base, shared with people and teams by role.

Whoever shares by address learns nothing of who has an account: with or without one the answer, the list and the mail are alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from editor.errors import Conflict, Invalid, NotFound
from editor.knowledge.models import KnowledgeBase
from editor.models import Grant, Workflow
from editor.notices import tell_shared
from editor.permissions import Action, Owned, Role, require
from graphapp.accounts.invitations import account_of, address, invite
from graphapp.accounts.models import User

MOST_GRANTS = 200


@dataclass(frozen=True, slots=True)
class Shared:
    """A grant, and for a person the link that leads to what is shared, which is known this once."""

    grant: Grant
    link: str = ""


def grant_list(*, thing: Workflow | KnowledgeBase, actor: User) -> Sequence[Grant]:
    """List with whom something is shared."""
    require(actor, Action.GRANT_VIEW, thing)
    return list(thing.grants.select_related("person", "team").order_by("created_at", "id"))


def grant_to_person(*, thing: Workflow | KnowledgeBase, actor: User, email: str, role: Role) -> Shared:
    """Share with a person by their address. With an account they have it at once; without one when they follow the link."""
    require(actor, Action.GRANT_SET, thing)
    email = address(email)
    if thing.owner is not None and thing.owner.get_username().lower() == email:
        raise _refused("email", "It belongs to this person already.")
    person = account_of(email)
    with transaction.atomic():
        _make_room(thing)
        if person is not None:
            thing.grants.filter(email=email).delete()  # has waited for an account that came by another way
        to = {"email": email} if person is None else {"person": person}
        grant, _ = thing.grants.update_or_create(**to, defaults={"role": role, "given_by": actor})
        _tell(grant, thing, actor)
        return Shared(grant, invite(by=actor, email=email, role=role, grant=grant).link)


def grant_to_team(*, thing: Workflow | KnowledgeBase, actor: User, team: Owned, role: Role) -> Shared:
    """Share with a team in which the actor is."""
    require(actor, Action.GRANT_SET, thing)
    require(actor, Action.TEAM_VIEW, team)
    if thing.team_id == team.pk:
        raise _refused("team", "It belongs to this team already.")
    with transaction.atomic():
        _make_room(thing)
        grant, _ = thing.grants.update_or_create(team_id=team.pk, defaults={"role": role, "given_by": actor})
        _tell(grant, thing, actor)
    return Shared(grant)


def grant_change(*, thing: Workflow | KnowledgeBase, actor: User, grant_id: str, role: Role) -> Grant:
    """Give another role."""
    require(actor, Action.GRANT_SET, thing)
    grant = _found(thing, grant_id)
    grant.role = role
    grant.save(update_fields=["role"])
    _tell(grant, thing, actor)
    return grant


def grant_remove(*, thing: Workflow | KnowledgeBase, actor: User, grant_id: str) -> None:
    """Share no more. Who is shared with may let go of it as well."""
    grant = _found(thing, grant_id)
    if grant.person_id != actor.pk:
        require(actor, Action.GRANT_SET, thing)
    grant.delete()


def _tell(grant: Grant, thing: Workflow | KnowledgeBase, actor: User) -> None:
    """Tell those who have it now, other than whoever shares."""
    is_workflow = isinstance(thing, Workflow)
    about = {"what": "workflow" if is_workflow else "knowledge base", "name": thing.name, "role": Role(grant.role).name.lower()}
    path = f"/{'workflows' if is_workflow else 'knowledge'}/{thing.pk}"
    people = User.objects.filter(is_active=True).exclude(pk=actor.pk)
    if grant.team_id is not None:
        people = people.filter(memberships__team_id=grant.team_id)
    elif grant.person_id is not None:
        people = people.filter(pk=grant.person_id)
    else:
        return  # it waits for an account
    for person in people:
        tell_shared(person=person, by=actor, path=path, **about)


def _found(thing: Workflow | KnowledgeBase, grant_id: str) -> Grant:
    grant: Grant | None = thing.grants.select_related("person", "team").filter(pk=grant_id).first()
    if grant is None:
        raise NotFound
    return grant


def _make_room(thing: Any) -> None:
    type(thing).objects.select_for_update().only("pk").get(pk=thing.pk)
    if thing.grants.count() >= MOST_GRANTS:
        raise Conflict("too_many", f"It is shared {MOST_GRANTS} times already. Make a team of these people.")


def _refused(field: str, message: str) -> Invalid:
    return Invalid("invalid", message, data={"fields": {field: message}})
