"""Typed readers of the environment. They refuse nonsense with one sentence instead of guessing."""

import math
import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


def read_dotenv(path: Path) -> None:
    """Take KEY=VALUE lines of a file for variables that are not set; the environment wins."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, found, value = text.partition("=")
        if not found or not name.strip().isidentifier():
            raise ImproperlyConfigured(f"{path}, line {number}: write NAME=value.")
        os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def env_str(name: str, default: str = "") -> str:
    """Read a text. CR, LF and NUL are refused, because values reach headers and logs."""
    value = os.environ.get(name, default)
    if any(letter in value for letter in "\r\n\x00"):
        raise ImproperlyConfigured(f"{name} must be one line of text.")
    return value


def env_choice(name: str, default: str, *, choices: tuple[str, ...]) -> str:
    """Read one of some words."""
    value = env_str(name).strip().lower() or default
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def env_bool(name: str, *, default: bool) -> bool:
    """Read yes or no."""
    text = env_str(name).strip().lower()
    if not text:
        return default
    if text not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be true or false, not {text!r}.")
    return text in TRUE


def env_int(name: str, default: int, *, least: int = 0) -> int:
    """Read a whole number that is at least `least`."""
    text = env_str(name).strip()
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None
    if value < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {value}.")
    return value


def env_float(name: str, default: float) -> float:
    """Read a positive number."""
    text = env_str(name).strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {text!r}.") from None
    if not math.isfinite(value) or value <= 0:
        raise ImproperlyConfigured(f"{name} must be more than 0, not {text}.")
    return value


def env_list(name: str) -> list[str]:
    """Read a list separated by commas; empty items are dropped."""
    return [item.strip() for item in env_str(name).split(",") if item.strip()]


def env_url(name: str, default: str, *, schemes: tuple[str, ...]) -> str:
    """Read an address with one of these schemes, without a slash at its end."""
    value = env_str(name, default).strip() or default
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} is not an address: {value!r}.") from None
    if parts.scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must begin with {' or '.join(f'{s}://' for s in schemes)}.")
    return value.rstrip("/")


def env_secret(name: str) -> str:
    """Read a secret from NAME, or from the file that NAME_FILE names; both at once is a mistake."""
    value, file = env_str(name), env_str(f"{name}_FILE")
    if value and file:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    if not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from None
