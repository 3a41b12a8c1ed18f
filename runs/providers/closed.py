"""litellm and the vendors' libraries, kept from what they do by themselves: opening connections and reading the environment."""

import os
from contextvars import ContextVar
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, NoReturn

import httpx

from editor.graph.faults import Fault, NodeFailure

ENVIRONMENT = (
    "ANTHROPIC_AUTH_TOKEN", "AWS_BEDROCK_RUNTIME_ENDPOINT", "AWS_EXTERNAL_ID", "AWS_PROFILE_NAME", "AWS_REGION_NAME",
    "AWS_ROLE_NAME", "AWS_SESSION_NAME", "AWS_STS_ENDPOINT", "AWS_WEB_IDENTITY_TOKEN", "AZURE_AD_TOKEN",
    "AZURE_OPENAI_AD_TOKEN", "OPENAI_CUSTOM_HEADERS", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID",
)  # fmt: skip
"""Variables from which the libraries would add something to every call, also to one that goes to a person's own server."""

LOCAL = ("LITELLM_LOCAL_MODEL_COST_MAP", "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS")
"""Tables that litellm would fetch from a site of its own."""


def before_import() -> None:
    """Prepare the environment of this process."""
    for name in ENVIRONMENT:
        os.environ.pop(name, None)
    for name in LOCAL:
        os.environ[name] = "True"


def after_import(litellm: Any) -> None:
    """Switch off what fetches, reports and repeats, and let no client of litellm's own connect anywhere."""
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler, HTTPHandler

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    litellm.disable_aiohttp_transport = True
    litellm.disable_hf_tokenizer_download = True
    litellm.drop_params = True
    litellm.num_retries = litellm.DEFAULT_MAX_RETRIES = 0  # for embeddings, 0 in a call counts as not said
    opened: Any = (AsyncHTTPHandler, HTTPHandler)
    opened[0].create_client = lambda *args, **more: detour()
    opened[1].create_client = lambda *args, **more: httpx.Client(transport=Detour())
    litellm.module_level_aclient.client = litellm.aclient_session = detour()
    litellm.module_level_client.client = litellm.client_session = httpx.Client(transport=Detour())


guarded: ContextVar[httpx.AsyncBaseTransport | None] = ContextVar("guarded", default=None)
"""The guarded connections of the call that the current task makes."""


class Detour(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """The transport of clients that litellm makes by itself: through the guarded connections of the call, or nowhere."""

    def handle_request(self, request: httpx.Request) -> NoReturn:
        """Send nothing: no call is made this way."""
        raise NodeFailure(unguarded())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request as the call's own client would."""
        transport = guarded.get()
        if transport is None:
            raise NodeFailure(unguarded())
        request.headers["accept-encoding"] = "identity"
        return await transport.handle_async_request(request)


def detour() -> httpx.AsyncClient:
    """Make a client that connects nowhere by itself."""
    return httpx.AsyncClient(transport=Detour(), cookies=no_cookies(), timeout=3600, trust_env=False, follow_redirects=False)


def no_cookies() -> CookieJar:
    """Give a jar that keeps nothing: what a provider sets for one person must not come back with another's key."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def unguarded() -> Fault:
    """Say that a model would be asked by another way than the guarded one."""
    message = "This model does not answer through the interface for chats, and no other is used."
    return Fault("model_unknown", message, hint="Choose a model for chats.")


def as_chat(arguments: dict[str, Any], protocol: str) -> dict[str, Any]:
    """Keep a call to OpenAI's interface for chats: litellm sends some models to another one, which it does not open here.

    The newest models take tools there only while they do not reason. What has no chats at all is refused.
    """
    if protocol not in ("openai", "azure"):
        return arguments
    for more in ({}, {"reasoning_effort": "none"}):
        if not _leaves_chats(asked := {**arguments, **more}, protocol):
            return asked
    raise NodeFailure(unguarded())


def _leaves_chats(arguments: dict[str, Any], protocol: str) -> bool:
    from litellm.main import responses_api_bridge_check

    name = arguments["model"].partition("/")[2]
    asked = {key: arguments.get(key) for key in ("tools", "reasoning_effort", "api_base")}
    info, _ = responses_api_bridge_check(name, protocol, **asked)
    return info.get("mode") == "responses"
