"""What a model vendor's error means for a node: one fault each, most specific first, and no vendor text with keys in it."""

import math
import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from json import JSONDecodeError

import httpx

from editor.graph.faults import Fault, NodeFailure
from editor.secrecy import SHORTEST_SECRET, forms

LONGEST_RETRY_AFTER = 3600.0
FIRST_ERROR, FIRST_OF_SERVERS = 400, 500
_KEYLIKE = re.compile(r"(?i)\b(?:sk|pk|key|api|bearer|token)[-_ ]?[a-z0-9_\-]{12,}|[A-Za-z0-9_\-]{40,}")

DOWN = "It may be down for a moment: retry, or name a fallback model."
NO_WAY = "Look at its address and at the network of this installation, or name a fallback model."
SLOW = "Ask for a shorter answer, retry, or name a fallback model."
ELSEWHERE = "The address of the provider may lead to another service."
REFUSED = "Look at the node's parameters: the model may not know one of them."

BY_CLASS: Mapping[str, tuple[str, str, str, bool]] = {
    "ContextWindowExceededError": (
        "context_too_long", "The prompt is longer than the model {model} can read",
        "Shorten the prompt, or choose a model with a longer context.", False,
    ),
    "ContentPolicyViolationError": (
        "content_refused", "The provider of {model} refused the content", "Change the prompt, or name a fallback model.", False,
    ),
    "AuthenticationError": (
        "auth", "The provider of {model} did not accept the key",
        "Replace the key under Settings; a key of the whole installation is renewed by whoever runs it.", False,
    ),
    "PermissionDeniedError": (
        "auth", "The key may not use the model {model}", "Choose another model, or have it enabled for the key.", False,
    ),
    "RateLimitError": (
        "rate_limit", "The provider of {model} takes no more calls for now",
        "Retry later, name a fallback model, or ask the provider for a higher limit.", True,
    ),
    "NotFoundError": ("model_unknown", "There is no model {model} at its provider", "Check the model's name.", False),
    "UnprocessableEntityError": ("bad_request", "The provider of {model} did not understand the request", REFUSED, False),
    "APIResponseValidationError": ("provider_malformed", "The provider of {model} gave no valid answer", ELSEWHERE, True),
    "BadRequestError": ("bad_request", "The provider of {model} did not accept the request", REFUSED, False),
    "Timeout": ("timeout", "The provider of {model} did not answer in time", SLOW, True),
    "APITimeoutError": ("timeout", "The provider of {model} did not answer in time", SLOW, True),
    "ServiceUnavailableError": ("transient", "The provider of {model} is not available", DOWN, True),
    "BadGatewayError": ("transient", "The provider of {model} is not available", DOWN, True),
    "InternalServerError": ("transient", "The provider of {model} had an error of its own", DOWN, True),
    "MidStreamFallbackError": ("transient", "The answer of {model} was cut off", "What came is not used. " + DOWN, True),
    "APIConnectionError": ("transient", "The connection to the provider of {model} failed", DOWN, True),
    "APIError": ("transient", "The provider of {model} had an error of its own", DOWN, True),
    "OpenAIError": ("transient", "The provider of {model} had an error of its own", DOWN, True),
    "TransportError": ("transient", "The connection to the provider of {model} failed", DOWN, True),
}  # fmt: skip
"""By the name of the class or of the closest base: code, message, hint, and whether trying again can help."""

BY_STATUS: Mapping[int, str] = {
    401: "AuthenticationError", 403: "PermissionDeniedError", 404: "NotFoundError", 408: "Timeout", 429: "RateLimitError",
    503: "ServiceUnavailableError", 529: "ServiceUnavailableError",
}  # fmt: skip


def map_error(
    error: BaseException, *, model: str, status: int = 0, retry_after: str = "", now: float = 0.0, key: str = ""
) -> Fault:
    """The fault for a vendor's error. `status` and `retry_after` are what was seen on the wire, where anything was.

    `key` is what was sent with the call: a vendor that repeats it in any form is not quoted.
    """
    for link in causes(error):
        if isinstance(link, NodeFailure):
            return link.fault
        if isinstance(link, (JSONDecodeError, UnicodeDecodeError)):
            return malformed(model, "it cannot be read")
    lost = [link for link in causes(error) if isinstance(link, (httpx.ConnectError, httpx.ConnectTimeout))]
    if lost and not status:
        return unreached(model, str(lost[-1]))
    code, message, hint, retryable = _entry(error, status)
    seconds = seconds_of(retry_after, now) if retryable else None
    detail = _detail(error, key) if code == "bad_request" else ""
    text = f"{message.format(model=model)}{': ' + detail if detail else ''}."
    data = {"model": model, **({"status": status} if status >= FIRST_ERROR else {})}
    return Fault(code, text, hint, retryable, seconds, data)


def _entry(error: BaseException, status: int) -> tuple[str, str, str, bool]:
    names = [cls.__name__ for cls in type(error).__mro__]
    named = next((name for name in names if name in BY_CLASS), "APIError")
    if named == "MidStreamFallbackError" and status >= FIRST_ERROR:  # litellm says so of a stream that never began, too
        named = BY_STATUS.get(status, "BadRequestError" if status < FIRST_OF_SERVERS else "InternalServerError")
    if named in ("APIError", "APIConnectionError", "OpenAIError", "InternalServerError", "BadRequestError"):
        named = BY_STATUS.get(status, named)
    return BY_CLASS[named]


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """List an error and what it came from."""
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _detail(error: BaseException, key: str) -> str:
    """The vendor's own words about a request it refused, short and without anything that looks like a key."""
    if len(key) >= SHORTEST_SECRET and any(form in str(error) for form in forms(key)):
        return ""
    text = re.sub(r"^(litellm\.)?\w+(Error|Exception):\s*", "", str(error)).split("\n", 1)[0]
    return _KEYLIKE.sub("[hidden]", text).strip().rstrip(".")[:300]


def seconds_of(retry_after: str, now: float) -> float | None:
    """Read a Retry-After header: seconds or a date; None for anything else."""
    text = retry_after.strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - now
        except (TypeError, ValueError):
            return None
    return min(max(0.0, seconds), LONGEST_RETRY_AFTER) if math.isfinite(seconds) else None


def unreached(model: str, why: str) -> Fault:
    """Say that no connection came about, and why: the words are those of this installation's own guard or of its system."""
    reason = why.split("\n", 1)[0].strip().rstrip(".")[:200]
    message = f"The provider of {model} could not be reached{': ' + reason if reason else ''}."
    return Fault("transient", message, hint=NO_WAY, retryable=True, data={"model": model})


def cut_off(model: str) -> Fault:
    """A stream that ended before its end was announced."""
    return Fault("transient", f"The answer of {model} was cut off.", hint=f"What came is not used. {DOWN}", retryable=True)


def malformed(model: str, reason: str) -> Fault:
    """An answer that is none."""
    return Fault(
        "provider_malformed",
        f"The provider of {model} answered something that is no answer: {reason}.",
        hint=ELSEWHERE,
        retryable=True,
    )


def silent(model: str, seconds: float) -> Fault:
    """A provider that stopped sending."""
    return Fault("timeout", f"The provider of {model} sent nothing for {seconds:g} s.", SLOW, retryable=True)
