"""When two failures have the same cause: what differs from run to run in their messages is left out."""

import hashlib
import re
from collections.abc import Callable

LONGEST_MESSAGE = 2000

_DIGITS = r"\d+(?:[.,_]\d+)*"
RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?i)\bhttps?://[^\s\"'<>)\]]+"), lambda found: _address(found[0])),
    (re.compile(r"(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"), "<time>"),
    (re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?\b"), "<time>"),
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b"), "<address>"),
    (re.compile(r"\b[A-Za-z]:\\[^\s\"']+|(?<![\w<.:/])(?:\.{0,2}/)(?:[\w.@~+-]+/)*[\w.@~+-]+"), "<path>"),
    (re.compile(r"(?i)\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b"), "<hex>"),
    (re.compile(r"\b(?=[A-Za-z_-]*\d)(?=[\d_-]*[A-Za-z])[\w-]{20,}\b"), "<id>"),
    (re.compile(r"“[^”]*”|\u2018[^\u2019]*\u2019|«[^»]*»|\"[^\"]*\"|`[^`]*`|(?<!\w)'(?:[^'\\]|\\.)*'(?!\w)"), "<value>"),
    (re.compile(rf"(?i)(?<=\bstatus ){_DIGITS}|(?<=\bHTTP ){_DIGITS}"), lambda found: f"<{found[0]}>"),
    (re.compile(rf"(?<![<\d]){_DIGITS}(?![\d>])"), "<n>"),
    (re.compile(r"(?:<n>[,; ]*(?:and )?){2,}"), "<n> "),
    (re.compile(r"\s+"), " "),
)
"""In this order. A status is kept, because it says what happened."""

_INDEX = re.compile(r"[#~]\d+")


def normalised(message: str) -> str:
    """Give a message without what differs from one run to the next.

    Parameters
    ----------
    message : str
        A fault's message.

    Returns
    -------
    str
        The same for equal causes.

    Examples
    --------
    >>> normalised("Order 4711 of 'ann' is not there (reference 8f3a11bc90de).")
    'order <n> of <value> is not there (reference <hex>).'
    >>> normalised("The address answered with status 503.")
    'the address answered with status <503>.'
    >>> normalised("GET https://api.example.org/orders/4711?key=abc failed at 10:12:07")
    'get https://api.example.org/orders/<n> failed at <time>'
    """
    text = message[:LONGEST_MESSAGE]
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text.strip().lower()


def _address(url: str) -> str:
    """Keep of an address what names the service: no query, and of the path what is no id."""
    base = re.split(r"[?#]", url, maxsplit=1)[0].rstrip(".,;:/")
    host, *parts = base.split("/")[2:]
    shown = ["<n>" if re.search(r"\d", part) else part for part in parts]
    return "/".join([base.split("/", 1)[0], "", host.lower(), *shown])


def place_of(key: str) -> str:
    """Give where a node stands: the key of a node run without which turn, item or attempt it was of.

    Examples
    --------
    >>> place_of("each#412/work"), place_of("call~2/inner"), place_of("answer")
    ('each/work', 'call/inner', 'answer')
    """
    return _INDEX.sub("", key)


def fingerprint(workflow: str, node: str, code: str, message: str) -> str:
    """Give what equal failures have in common, as a digest.

    Parameters
    ----------
    workflow : str
        The workflow's id.
    node : str
        The key of the node run that failed; empty where no node did.
    code : str
        The fault's code.
    message : str
        The fault's message.

    Returns
    -------
    str
        32 hexadecimal digits.

    Examples
    --------
    >>> one = fingerprint("w", "each#1/get", "timeout", "No answer in 30 s.")
    >>> one == fingerprint("w", "each#7/get", "timeout", "No answer in 31 s.")
    True
    >>> fingerprint("w", "get", "http_status", "status 404") == fingerprint("w", "get", "http_status", "status 500")
    False
    """
    parts = (workflow, place_of(node), code, normalised(message))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
