"""Calls a web address and reads the answer."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self
from urllib.parse import urlencode

from pydantic import Field, model_validator

from editor.graph.context import HttpReply, HttpRequest, NodeContext
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import Effect, NodeResult, NodeType, Params, Port
from runs.nodes.faults import bad_input
from runs.nodes.fields import IN, AsText, param

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REPEATABLE_METHODS = SAFE_METHODS | {"PUT", "DELETE"}
RETRYABLE_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
LARGE_BYTES = 256 * 1024
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


class Body(Params):
    """What is sent, in one of three forms."""

    json_: Any = Field(None, alias="json", title="JSON", description="Any JSON.", json_schema_extra={"x-ui": {"kind": "json"}})
    form: dict[str, AsText] | None = param(None, kind="pairs", title="Form", help="Names and values, as a web form sends them.")
    text: AsText | None = param(None, kind="long_template", title="Text", help="Sent as it is.")

    @model_validator(mode="after")
    def one_form(self) -> Self:
        """Several forms at once leave open which one is meant."""
        if len(self.model_fields_set) > 1:
            raise ValueError("give one of json, form and text")
        return self


class HttpRequestParams(Params):
    """The request, and which answers count as failures."""

    method: Method = param("GET", kind="template", title="Method")
    url: AsText = param(
        ..., kind="template", title="URL", help="Where to. Private addresses are closed unless the operator opens them.",
        placeholder="https://api.example.com/items/{{ start.id }}",
    )  # fmt: skip
    query: dict[str, Any] = param({}, kind="pairs", title="Query", help="Added to the URL; a list repeats its name.")
    headers: dict[str, AsText] = param({}, kind="pairs", title="Headers")
    credential: str = param(
        "", kind="credential", title="Credential", help="Sent along, to its own hosts only. Set up under Settings.", max_length=60
    )
    body: Body | None = param(None, kind="json", title="Body", help="One of json, form or text.")
    timeout_seconds: float = param(
        30.0,
        kind="template",
        title="Time limit",
        help="Seconds for the whole answer.",
        gt=0,
        le=600,
        advanced=True,
    )
    fail_on_status: int | None = param(
        400, kind="template", title="Fail from status", advanced=True, ge=100, le=600,
        help="Answers with this status or a higher one fail the node. Empty: no answer does.",
    )  # fmt: skip


class HttpRequestType(NodeType):
    """One request and its whole answer."""

    name = "http_request"
    title = "HTTP request"
    help = "Calls a web address and gives its status, headers and body."
    category = "net"
    icon = "globe"
    effect = Effect.UNSAFE
    params = HttpRequestParams
    tool = True
    inputs = (IN,)
    outputs = (Port("out", "object", "Answer"),)
    summary = "{method} {url}"
    default_timeout_seconds = 60.0

    def effect_for(self, params: Mapping[str, Any]) -> Effect:
        """Reading, and writing that sets a state, may happen twice; sending may not."""
        method = str(params.get("method", "GET")).upper()
        return Effect.IDEMPOTENT if method in REPEATABLE_METHODS else Effect.UNSAFE

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Find a body where none is sent, and an address that is none."""
        if params.get("body") and str(params.get("method", "GET")).upper() in SAFE_METHODS:
            yield "body", "A GET request carries no body. Choose POST, or remove the body."
        url = params.get("url")
        if isinstance(url, str) and url and not url.lstrip().lower().startswith(("http://", "https://", "{{")):
            yield "url", "A URL begins with https:// or http://."

    async def run(self, ctx: NodeContext, params: HttpRequestParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Send the request; say what was sent and what came back."""
        content, content_type = encoded(params.body)
        headers = {**content_type, **{name.lower(): value for name, value in params.headers.items()}}
        if params.method not in SAFE_METHODS:
            headers.setdefault("idempotency-key", ctx.idempotency_key)
        request = HttpRequest(
            params.method, params.url, headers, params.query, content, params.timeout_seconds, params.credential
        )
        reply = await ctx.http.send(request)
        body = parsed(reply) if len(reply.content) < LARGE_BYTES else await asyncio.to_thread(parsed, reply)
        if params.fail_on_status is not None and reply.status >= params.fail_on_status:
            raise NodeFailure(status_fault(reply, body))
        details = {"url": without_query(reply.url), "status": reply.status, "bytes": len(reply.content)}
        return NodeResult({"status": reply.status, "headers": dict(reply.headers), "body": body}, details=details)


def encoded(body: Body | None) -> tuple[bytes | None, dict[str, str]]:
    """The bytes to send, and the header that says what they are."""
    if body is None or not body.model_fields_set:
        return None, {}
    if body.form is not None:
        return urlencode(body.form).encode(), {"content-type": "application/x-www-form-urlencoded"}
    if body.text is not None:
        return body.text.encode(), {"content-type": "text/plain; charset=utf-8"}
    return json.dumps(body.json_, ensure_ascii=False, allow_nan=False).encode(), {"content-type": "application/json"}


def parsed(reply: HttpReply) -> Any:
    """The body as its content type says: JSON, else text, else nothing that could be shown."""
    kind, _, rest = reply.headers.get("content-type", "").lower().partition(";")
    kind = kind.strip()
    if not reply.content:
        return None if kind == "application/json" else ""
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return json.loads(reply.content, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise bad_input(
                "The answer says it is JSON, and is not.",
                hint="Look at the address: an error page may have answered.",
                status=reply.status,
                preview=reply.content[:300].decode("utf-8", "replace"),
            ) from None
    charset = rest.partition("charset=")[2].split(";")[0].strip().strip('"') or "utf-8"
    try:
        return reply.content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return reply.content.decode("utf-8", "replace")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def without_query(url: str) -> str:
    """An address as it may be shown: what follows the question mark may be a key."""
    return url.partition("?")[0]


def status_fault(reply: HttpReply, body: Any) -> Fault:
    """An answer that counts as a failure, with the beginning of what it said."""
    preview = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    after = reply.headers.get("retry-after", "")
    return Fault(
        "rate_limit" if reply.status == 429 else "http_status",
        f"The address answered with status {reply.status}.",
        hint="Raise fail_on_status to go on with such answers.",
        retryable=reply.status in RETRYABLE_STATUSES,
        retry_after_seconds=float(after) if after.isdigit() and len(after) < 6 else None,
        data={"status": reply.status, "url": without_query(reply.url), "body": preview[:1000]},
    )
