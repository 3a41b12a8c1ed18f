"""The secrets in use in this process, and how to keep them out of what is written. No framework: logs need it too."""

import base64
import json
import re
import threading
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "[hidden]"
SHORTEST_SECRET = 8
MOST_SECRETS = 2000
LIKELY = re.compile(
    r"""(?ix)
    (?P<lead> \b(?:authorization|proxy-authorization|api[-_]?key|x-api-key|password|passwd|secret|token|cookie
              |(?:__Host-)?(?:sid|sessionid|csrftoken))
              ["']? \s* [:=] \s* ["']? (?:bearer\s+|basic\s+)? )  [^\s"',;&]{4,}
    | (?P<user> \b[a-z][a-z0-9+.-]*://[^\s:/@]* : ) [^\s@/]+ (?=@)
    | (?P<path> /(?:sign-in|accounts/password/reset/key)/ | /(?:s|api/v1/shared)/(?=[\w-]{43}) ) [^\s/"'?]+
    | \b(?:sk|pk|rk|gk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{12,}
    """
)
"""What looks like a secret, by what leads to it or by how it begins."""

SECRET_NAME = re.compile(
    r"(?i)(?:^|[-_ ])(?:authorization|(?:api|access|private|secret)[-_ ]?key|password|passwd|secret|token|cookie)$"
)
"""Names under which a value is taken for a secret."""

_lock = threading.Lock()
_in_use: dict[str, None] = {}
_pattern: re.Pattern[str] | None = None


def forms(secret: str) -> set[str]:
    """Write a secret as it is, as in a URL, as in JSON, and as base64.

    >>> sorted(forms("a/b"))
    ['YS9i', 'a%2Fb', 'a/b']
    """
    coded = base64.b64encode(secret.encode()).decode()
    return {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], coded, coded.rstrip("=")}


def remember(secrets: Iterable[str]) -> None:
    """Hide these from now on; of too many the oldest are forgotten. Short ones would hide ordinary words."""
    global _pattern
    new = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET and secret not in _in_use]
    if not new:
        return
    with _lock:
        _in_use.update(dict.fromkeys(new))
        while len(_in_use) > MOST_SECRETS:
            del _in_use[next(iter(_in_use))]
        written = {form for secret in _in_use for form in forms(secret)}
        _pattern = re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True))))


def hide(text: str) -> str:
    """Replace each secret in use, wholly and in every form.

    >>> remember(["correct horse"]); hide("It said correct horse.")
    'It said [hidden].'
    """
    return text if _pattern is None else _pattern.sub(MASK, text)


def hide_likely(text: str) -> str:
    """Replace what looks like a secret, wholly, whether it is one in use here or not.

    >>> hide_likely("Authorization: Bearer abcdef123456")
    'Authorization: Bearer [hidden]'
    >>> hide_likely("Nothing to see.")
    'Nothing to see.'
    """
    return LIKELY.sub(lambda found: f"{found['lead'] or found['user'] or found['path'] or ''}{MASK}", text)


def hide_bytes(content: bytes, secrets: Iterable[str]) -> bytes:
    """Replace some secrets in what came over the network.

    >>> hide_bytes(b"token=open sesame", ["open sesame"])
    b'token=[hidden]'
    """
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            for form in sorted(forms(secret), key=len, reverse=True):
                content = content.replace(form.encode(), MASK.encode())
    return content
