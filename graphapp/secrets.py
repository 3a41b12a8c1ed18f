"""Secrets of a development set-up: made once, kept in the data directory, readable by their owner alone."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from graphapp.env import env_secret


def new_key() -> str:
    """Make a signing key."""
    return secrets.token_urlsafe(50)


def new_credential_key() -> str:
    """Make a key for stored credentials."""
    return Fernet.generate_key().decode()


def secret(name: str, *, data_dir: Path, deployed: bool, make: Callable[[], str]) -> str:
    """Give a configured secret. Without one, a development set-up makes its own and a deployment refuses to start."""
    value = env_secret(name)
    if value:
        return value
    if deployed:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE: with DATABASE_URL this is a deployment, which needs its own.")
    return kept(data_dir / name.lower(), make)


def kept(path: Path, make: Callable[[], str]) -> str:
    """Read a secret from its file, made on first use; of several processes that start at once one wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process made it first; its secret is the one
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()
