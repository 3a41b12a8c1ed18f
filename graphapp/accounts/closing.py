"""Deleting an account: what is its own goes, what is others' stays, and nobody can sign in as it again."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from editor.errors import Conflict
from editor.models import Credential, DefaultModels, Grant, KnowledgeBase, Workflow
from editor.permissions import Role
from graphapp.accounts.models import ApiKey, Invitation, Membership, SignInLink, Team, User


def orphaned(user: User) -> list[str]:
    """Name the teams that would be left without an owner."""
    others = Membership.objects.filter(team=OuterRef("pk"), role=Role.OWNER).exclude(user=user)
    mine = Team.objects.filter(memberships__user=user, memberships__role=Role.OWNER)
    return list(mine.filter(~Exists(others)).values_list("name", flat=True))


def account_delete(user: User) -> None:
    """Delete an account. Its row stays without a name, so that runs of teams keep saying that somebody started them.

    Its own workflows go as any deleted workflow does: out of sight, while runs that others may see stay readable to them.
    """
    if user.is_owner:
        raise Conflict("owner", "This account owns the installation. It stays as long as the installation does.")
    with transaction.atomic():
        list(Team.objects.select_for_update().filter(memberships__user=user).order_by("pk"))
        if teams := orphaned(user):
            raise Conflict("last_owner", f"Nobody else owns {', '.join(teams)}. Make somebody an owner, or delete the team.")
        address = user.email.lower()
        for rows in (
            Credential.objects.filter(owner=user),
            DefaultModels.objects.filter(owner=user),
            KnowledgeBase.objects.filter(owner=user),
            Grant.objects.filter(person=user),
            Grant.objects.filter(workflow__owner=user),
            Membership.objects.filter(user=user),
            ApiKey.objects.filter(user=user),
            SignInLink.objects.filter(user=user),
            Invitation.objects.filter(email=address),
            EmailAddress.objects.filter(user=user),
            Authenticator.objects.filter(user=user),
        ):
            rows.delete()
        Workflow.objects.filter(owner=user, archived_at__isnull=True).update(archived_at=timezone.now())
        user.email, user.first_name, user.last_name = f"deleted-{user.pk}@invalid", "", ""
        user.is_active = user.is_staff = user.is_superuser = False
        user.set_unusable_password()
        user.save()
