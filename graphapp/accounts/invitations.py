"""Invitations: made by who may let others in, sent by mail, and taken once by the person who holds the address."""

import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from editor.errors import AppError, Conflict, Invalid
from editor.models import Grant
from editor.permissions import Role
from graphapp.accounts.models import Invitation, Membership, Team, User
from graphapp.accounts.services import digest_of

logger = logging.getLogger(__name__)

DAYS = 7
MOST_OPEN = 200
"""So many invitations to one team may wait."""


@dataclass(frozen=True, slots=True)
class Made:
    """An invitation with its link, which is known this once."""

    invitation: Invitation
    link: str


def address(email: str) -> str:
    """Read an e-mail address as all of them are compared."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        message = "This is not an e-mail address."
        raise Invalid("invalid", message, data={"fields": {"email": message}}) from None
    return email


def account_of(email: str) -> User | None:
    """Find who has an address, if they may sign in."""
    return User.objects.filter(email__iexact=email, is_active=True).first()


def invite(*, by: User, email: str, role: Role, team: Team | None = None, grant: Grant | None = None) -> Made:
    """Make an invitation in place of the one before; the mail follows the commit. The caller has checked that `by` may."""
    token = secrets.token_urlsafe(32)
    waiting = Invitation.objects.filter(used_at__isnull=True)
    if team is not None:
        waiting.filter(team=team, email=email).delete()
        if waiting.filter(team=team).count() >= MOST_OPEN:
            raise Conflict("too_many", f"{MOST_OPEN} invitations to this team wait already. Withdraw some first.")
    else:
        waiting.filter(grant=grant).delete()
    expires = timezone.now() + timedelta(days=DAYS)
    about = {"email": email, "role": role, "team": team, "grant": grant}
    made = Invitation.objects.create(**about, invited_by=by, digest=digest_of(token), expires_at=expires)
    link = f"{settings.GRAPHAPP_BASE_URL}/invitations/{token}"
    transaction.on_commit(lambda: _send(made, link))
    return Made(made, link)


def what(invitation: Invitation) -> str:
    """Say to what somebody is invited."""
    if invitation.team is not None:
        return f"the team {invitation.team.name}"
    grant = invitation.grant
    thing = None if grant is None else grant.workflow or grant.knowledge
    kind = "workflow" if grant is not None and grant.workflow_id else "knowledge base"
    return f"the {kind} {thing.name if thing else ''}"


def found(token: str) -> Invitation | None:
    """Find the invitation of a link that still serves."""
    rows = Invitation.objects.select_related("team", "invited_by", "grant__workflow", "grant__knowledge")
    return rows.filter(digest=digest_of(token), used_at__isnull=True, expires_at__gt=timezone.now()).first()


def take(invitation: Invitation, user: User) -> str:
    """Let somebody in whose address was invited, and say where that leads. The link serves nobody after that."""
    if user.email.lower() != invitation.email:
        raise AppError("forbidden", f"This invitation is for {invitation.email}.", status=403)
    with transaction.atomic():
        mine = Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True)
        if mine.update(used_at=timezone.now()) != 1:
            raise Conflict("used", "This invitation has been used.")
        if invitation.team is not None:
            _join(invitation.team, user, Role(invitation.role))
            return "/teams"
        return _accept(invitation.grant, user)


def sign_up(invitation: Invitation, *, name: str, password: str) -> User:
    """Make the account of somebody who was invited. Raises `Invalid` with what is wrong with the password or the address."""
    if settings.GRAPHAPP_SIGNUP == "closed":
        raise Invalid("closed", "Nobody can make an account here. Ask the operator for one.")
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Invalid("taken", "There is an account with this address. Sign in to accept.")
    user = User(email=invitation.email, first_name=" ".join(name.split())[:150])
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("password", " ".join(error.messages)) from None
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _join(team: Team, user: User, role: Role) -> None:
    """Make somebody a member; who is one already is not made less."""
    member, is_new = Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
    if not is_new and member.role < role:
        member.role = role
        member.save(update_fields=["role"])


def _accept(grant: Grant | None, user: User) -> str:
    """Let a grant that waited for an address be its person's."""
    if grant is None:
        return "/"
    if grant.person_id is None:
        earlier = Grant.objects.filter(workflow=grant.workflow, knowledge=grant.knowledge, person=user)
        earlier.delete()
        Grant.objects.filter(pk=grant.pk).update(person=user, email="")
    return f"/workflows/{grant.workflow_id}" if grant.workflow_id else f"/knowledge/{grant.knowledge_id}"


def _send(invitation: Invitation, link: str) -> None:
    by = "" if invitation.invited_by is None else invitation.invited_by.get_full_name() or invitation.invited_by.email
    subject = " ".join(f"{by} invites you to {what(invitation)}".split())[:200]
    text = (
        f"{by} invites you to {what(invitation)} on GraphApp.\n\nOpen it here: {link}\n\nThe link serves once, for {DAYS} days.\n"
    )
    try:
        send_mail(subject, text, None, [invitation.email])
    except OSError as error:
        logger.warning("An invitation could not be sent (%s).", type(error).__name__)
