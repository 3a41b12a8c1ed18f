"""Sealing secrets. The plain form names its row, so that a sealed text that was moved to another row does not open."""

import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from editor.errors import AppError
from editor.secrecy import remember


class Sealed(AppError):
    """A stored secret that this installation's keys do not open."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "credential_sealed",
            "The stored key cannot be opened: the installation's GRAPHAPP_CREDENTIAL_KEY has changed. Enter the key again.",
        )


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _keys() -> MultiFernet:
    return _fernet((settings.GRAPHAPP_CREDENTIAL_KEY, *settings.GRAPHAPP_CREDENTIAL_KEY_FALLBACKS))


def seal(place: str, secret: str) -> str:
    """Encrypt a secret for one row, with the newest key."""
    return _keys().encrypt(json.dumps({"for": place, "secret": secret}).encode()).decode()


def unseal(place: str, sealed: str) -> str:
    """Decrypt the secret of one row, and keep it out of this process's logs from now on."""
    if not sealed:
        return ""
    try:
        plain = json.loads(_keys().decrypt(sealed.encode()))
    except InvalidToken:
        raise Sealed from None
    if plain.get("for") != place:
        raise Sealed
    secret: str = plain["secret"]
    remember([secret])
    return secret


def reseal(sealed: str) -> str:
    """Encrypt anew with the newest key, without looking inside."""
    try:
        return _keys().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise Sealed from None
