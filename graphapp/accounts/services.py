"""What is done with accounts: the owner, API keys, links that sign in once."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from graphapp.accounts.models import ApiKey, SignInLink, User

LINK_MINUTES = 15
KEY_MARK = "gk_"
USED_RESOLUTION = timedelta(minutes=1)


def digest_of(secret: str) -> str:
    """Give what is kept of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def owner_ensure() -> User:
    """Give the owner of this installation, made at the first start."""
    owner = User.objects.filter(is_owner=True).first()
    if owner is not None:
        return owner
    try:
        with transaction.atomic():
            return User.objects.create_superuser(settings.GRAPHAPP_OWNER_EMAIL, is_owner=True, first_name="Owner")
    except IntegrityError:
        return User.objects.get(is_owner=True)


def api_key_issue(*, user: User, name: str) -> str:
    """Make a key and give it, this once."""
    key = KEY_MARK + secrets.token_urlsafe(32)
    ApiKey.objects.create(user=user, name=name[:100], prefix=key[:10], digest=digest_of(key))
    return key


def api_key_user(key: str) -> User | None:
    """Give whose key this is, unless it was revoked; notes its use about once a minute."""
    found = (
        ApiKey.objects.select_related("user").filter(digest=digest_of(key), revoked_at__isnull=True, user__is_active=True).first()
    )
    if found is None:
        return None
    now = timezone.now()
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USED_RESOLUTION)
    if found.last_used_at is None or found.last_used_at < now - USED_RESOLUTION:
        ApiKey.objects.filter(stale, pk=found.pk).update(last_used_at=now)
    return found.user


def sign_in_link_make(user: User) -> str:
    """Make a link's path and give it, this once."""
    token = secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(minutes=LINK_MINUTES)
    SignInLink.objects.create(user=user, digest=digest_of(token), expires_at=expires)
    return f"/sign-in/{token}"


def sign_in_link_take(token: str) -> User | None:
    """Use a link up and give whom it signs in; nobody the second time or after its minutes."""
    now = timezone.now()
    mine = SignInLink.objects.filter(digest=digest_of(token), used_at__isnull=True, expires_at__gt=now)
    if mine.update(used_at=now) != 1:
        return None
    user = SignInLink.objects.select_related("user").get(digest=digest_of(token)).user
    return user if user.is_active else None
