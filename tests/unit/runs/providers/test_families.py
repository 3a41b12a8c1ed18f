"""Each family of providers is called in its own protocol, with its own kind of key, through the guarded client alone."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from editor.families import FAMILIES
from editor.graph.context import Account, LlmReply, LlmRequest, Tool
from editor.graph.faults import Fault, NodeFailure
from runs.providers.closed import as_chat
from runs.providers.config import ProviderConfig
from runs.providers.litellm_client import LitellmClient, load_litellm
from runs.providers.tool_calls import declared
from tests.unit.runs.providers import mock_openai as openai
from tests.unit.runs.providers import mock_vendors as vendors
from tests.unit.runs.providers.mock_openai import Answer, MockOpenAI, serving

# The first test of a process imports litellm, which takes long on a busy machine.
pytestmark = [pytest.mark.asyncio, pytest.mark.enable_socket, pytest.mark.timeout(240)]

KEY = "sk-canary-0123456789"
LOOK = Tool("look", "Looks.", {"type": "object", "properties": {"at": {"type": "string"}}})
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CACHED: Any = {**openai.USAGE, "prompt_tokens_details": {"cached_tokens": 5}}
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}


CUT = openai.cut("Hel")


@dataclass(frozen=True, slots=True)
class Speaks:
    """How a protocol writes what a model does."""

    says: Callable[..., Answer] = openai.says
    calls: Callable[[str, str], Answer] = openai.calls
    cut: Answer = CUT


STREAMED = openai.STREAM
PROTOCOLS: Mapping[str, Speaks] = {
    "openai": Speaks(),
    "azure": Speaks(),
    "anthropic": Speaks(
        vendors.anthropic_says, vendors.anthropic_calls, openai.raw(STREAMED, *vendors.anthropic_pieces("Hel"))
    ),
    "gemini": Speaks(vendors.gemini_says, vendors.gemini_calls, openai.raw(STREAMED, *vendors.gemini_pieces("Hel"))),
    "bedrock": Speaks(
        vendors.bedrock_says, vendors.bedrock_calls, openai.raw(vendors.AMAZON_STREAM, *vendors.bedrock_pieces("Hel"))
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A family, and what its provider must see."""

    family: str
    path: str
    key: str
    settings: Mapping[str, str] = field(default_factory=dict)
    model: str = "test-1"

    @property
    def speaks(self) -> Speaks:
        """Its protocol."""
        return PROTOCOLS[FAMILIES[self.family].protocol]


BEARER = f"authorization: Bearer {KEY}"
CHAT = "/chat/completions"
CASES = {
    "openai": Case("openai", f"/v1{CHAT}", BEARER),
    "anthropic": Case("anthropic", "/v1/messages", f"x-api-key: {KEY}"),
    "gemini": Case("gemini", "/v1beta/models/test-1:streamGenerateContent?alt=sse", f"x-goog-api-key: {KEY}"),
    "azure": Case("azure", f"/openai/deployments/test-1{CHAT}?api-version=2024-10-21", f"api-key: {KEY}"),
    "azure, another version": Case(
        "azure", f"/openai/deployments/test-1{CHAT}?api-version=2025-01-01", f"api-key: {KEY}", {"api_version": "2025-01-01"}
    ),
    "bedrock": Case("bedrock", "/model/test-1/converse-stream", BEARER, {"region": "eu-west-1"}),
    "bedrock, signed": Case(
        "bedrock", "/model/test-1/converse-stream", "authorization: AWS4-HMAC-SHA256 Credential=AKIA-1/",
        {"region": "eu-west-1", "access_key_id": "AKIA-1"},
    ),
    "mistral": Case("mistral", f"/v1{CHAT}", BEARER),
    "groq": Case("groq", f"/openai/v1{CHAT}", BEARER, model="meta-llama/llama-3-8b"),
    "openrouter": Case("openrouter", f"/api/v1{CHAT}", BEARER, model="openai/gpt-4o-mini:free"),
    "ollama": Case("ollama", f"/v1{CHAT}", BEARER, model="llama3.2:3b"),
    "vllm": Case("vllm", f"/v1{CHAT}", BEARER, model="Qwen/Qwen3-8B"),
    "custom": Case("custom", f"/v1{CHAT}", BEARER, model="anthropic/claude"),
    "deepseek": Case("deepseek", f"/v1{CHAT}", BEARER),
    "xai": Case("xai", f"/v1{CHAT}", BEARER),
    "together_ai": Case("together_ai", f"/v1{CHAT}", BEARER),
    "fireworks_ai": Case("fireworks_ai", f"/inference/v1{CHAT}", BEARER),
    "cohere": Case("cohere", f"/compatibility/v1{CHAT}", BEARER),
}  # fmt: skip
ONE_OF_EACH = [CASES[name] for name in ("openai", "azure", "anthropic", "gemini", "bedrock")]
each_family = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
each_protocol = pytest.mark.parametrize("case", ONE_OF_EACH, ids=[case.family for case in ONE_OF_EACH])


def account_at(server: MockOpenAI, case: Case) -> tuple[Account, ProviderConfig]:
    """A person's credential that leads to the server under the path of the family, and a guard that lets it through."""
    origin = server.base.removesuffix("/v1")
    base = FAMILIES[case.family].base
    usual = "/v1" if FAMILIES[case.family].protocol == "openai" else ""
    account = Account(case.family, KEY, {"base_url": origin + (urlsplit(base).path if base else usual), **case.settings})
    return account, ProviderConfig(http_allow=(origin.partition("//")[2],), between_chunks_seconds=5.0)


async def ask(case: Case, *answers: Answer, **more: Any) -> tuple[LlmReply, list[str], list[dict[str, Any]]]:
    """One call as a person: the reply, the streamed text, and what the server was asked."""
    texts: list[str] = []
    async with serving(*answers) as server:
        account, config = account_at(server, case)
        client = LitellmClient(config)
        messages = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]
        try:
            request = LlmRequest(f"mine/{case.model}", messages, account=account)
            reply = await client.complete(replace(request, **more), texts.append)
        finally:
            await client.close()
    return reply, texts, server.requests


async def fault_of(case: Case, answer: Answer) -> Fault:
    """What a call comes to that must fail."""
    with pytest.raises(NodeFailure) as caught:
        await ask(case, answer)
    assert KEY not in str(caught.value.fault.to_json())
    return caught.value.fault


async def test_every_family_on_offer_is_tried() -> None:
    assert {case.family for case in CASES.values()} == set(FAMILIES)


@each_family
async def test_a_call_goes_to_its_path_with_its_key_and_streams(case: Case) -> None:
    reply, texts, (request,) = await ask(case, case.speaks.says("Hel", "lo"), temperature=0.5, max_tokens=50)
    head = request["head"].lower()
    assert head.startswith(f"post {case.path} http/1.1\r\n".lower())
    assert f"\r\n{case.key}".lower() in head
    assert "\r\naccept-encoding: identity" in head
    body = json.dumps(request["body"])
    assert "Be kind." in body
    assert "0.5" in body
    assert "50" in body
    if FAMILIES[case.family].protocol in ("openai", "azure", "anthropic"):
        assert (request["body"]["model"], request["body"]["stream"]) == (case.model, True)
    assert (reply.text, reply.finish_reason, texts) == ("Hello", "stop", ["Hel", "lo"])
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (7, 3)


@each_protocol
async def test_a_model_calls_a_tool_in_any_protocol(case: Case) -> None:
    reply, _, (request,) = await ask(case, case.speaks.calls("look", '{"at": "sky"}'), tools=(LOOK,))
    assert "Looks." in json.dumps(request["body"])
    (call,) = reply.tool_calls
    assert (call.name, json.loads(call.arguments), bool(call.id)) == ("look", {"at": "sky"}, True)


async def test_the_newest_models_take_tools_in_chats_by_not_reasoning() -> None:
    case = replace(CASES["azure"], model="gpt-5.4", path=CASES["azure"].path.replace("test-1", "gpt-5.4"))
    reply, _, (request,) = await ask(case, case.speaks.calls("look", "{}"), tools=(LOOK,))
    assert request["head"].startswith(f"POST {case.path} ")
    assert (request["body"]["reasoning_effort"], reply.tool_calls[0].name) == ("none", "look")
    _, _, (plain,) = await ask(case, case.speaks.says("Hi"))
    assert "reasoning_effort" not in plain["body"]
    _, _, (older,) = await ask(replace(case, model="gpt-4o"), case.speaks.calls("look", "{}"), tools=(LOOK,))
    assert "reasoning_effort" not in older["body"]


@pytest.mark.parametrize(
    ("base", "effort"), [("https://api.openai.com/v1", "none"), ("http://127.0.0.1:8000/v1", None)], ids=["OpenAI", "another"]
)
async def test_only_where_chats_refuse_tools_is_a_model_kept_from_reasoning(base: str, effort: str | None) -> None:
    load_litellm()
    asked = {"model": "openai/gpt-5.4", "tools": declared((LOOK,)), "api_base": base}
    assert as_chat(asked, "openai").get("reasoning_effort") == effort


@each_protocol
async def test_a_schema_goes_along_in_any_protocol(case: Case) -> None:
    says = vendors.bedrock_answers_at_once if case.family == "bedrock" else case.speaks.says
    case = replace(case, model="gemini-2.5-flash") if case.family == "gemini" else case
    reply, _, (request,) = await ask(case, says('{"a": 1}'), output_schema=SCHEMA)
    assert json.loads(reply.text) == {"a": 1}
    body = dict(request["body"])
    asked = json.dumps(
        [body.get(name) for name in ("response_format", "output_format", "generationConfig", "toolConfig", "tools")]
    )
    assert '"integer"' in asked


@each_protocol
async def test_an_image_goes_along_in_any_protocol(case: Case) -> None:
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    messages = [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, image]}]
    _, _, (request,) = await ask(case, case.speaks.says("A dot"), messages=messages)
    body = json.dumps(request["body"])
    assert "What is this?" in body
    assert PIXEL in body


@pytest.mark.parametrize("name", ["openai", "anthropic", "bedrock"])
async def test_what_the_provider_still_knew_is_counted(name: str) -> None:
    says = {
        "openai": openai.raw(
            STREAMED, openai.chunk("Hi"), openai.chunk(finish="stop"), openai.chunk(usage=CACHED), b"data: [DONE]\n\n"
        ),
        "anthropic": vendors.anthropic_says("Hi", cached=5),
        "bedrock": vendors.bedrock_says("Hi", cached=5),
    }[name]
    reply, _, _ = await ask(CASES[name], says)
    assert (reply.cached_tokens, reply.usage.output_tokens) == (5, 3)


@each_protocol
@pytest.mark.parametrize(
    ("status", "code", "retryable", "seconds"),
    [
        ("401 Unauthorized", "auth", False, None),
        ("403 Forbidden", "auth", False, None),
        ("404 Not Found", "model_unknown", False, None),
        ("429 Too Many Requests", "rate_limit", True, 17.0),
        ("500 Internal Server Error", "transient", True, 17.0),
        ("503 Service Unavailable", "transient", True, 17.0),
    ],
)
async def test_each_status_has_one_meaning_in_all_protocols(
    case: Case, status: str, code: str, retryable: bool, seconds: float | None
) -> None:
    fault = await fault_of(case, openai.error(status, "oops", "retry-after: 17"))
    assert (fault.code, fault.retryable, fault.retry_after_seconds) == (code, retryable, seconds)


@each_protocol
async def test_what_is_no_whole_answer_is_a_fault_in_all_protocols(case: Case) -> None:
    assert (await fault_of(case, case.speaks.cut)).code == "transient"
    for junk in (b"data: {nope\n\n", b"data: {}\n\n", b"\x00\xff\x00\xff" * 20):
        assert (await fault_of(case, openai.raw(STREAMED, junk))).retryable
    page = openai.raw(openai.head("200 OK", "text/html"), b"<html>Sign in</html>")
    assert (await fault_of(case, page)).code == "provider_malformed"
    packed = openai.raw(openai.head("200 OK", "text/event-stream", "content-encoding: gzip"), b"\x1f\x8b")
    assert (await fault_of(case, packed)).code == "provider_malformed"


@pytest.mark.parametrize(
    ("name", "answer"), [("anthropic", vendors.anthropic_breaks("Hel")), ("bedrock", vendors.bedrock_breaks("Hel"))]
)
async def test_an_error_in_the_middle_of_a_stream_is_no_answer(name: str, answer: Answer) -> None:
    fault = await fault_of(CASES[name], answer)
    assert (fault.code, fault.retryable) == ("transient", True)


@each_protocol
async def test_a_provider_that_cannot_be_reached_is_said_to_be_so_and_why(case: Case) -> None:
    async with serving(openai.says("Hi")) as server:
        account, config = account_at(server, case)
    gone = str(account.settings["base_url"])
    for base, why in ((gone, "127.0.0.1"), (gone.replace("http://127.0.0.1", "http://no.such.host.invalid"), "has no address")):
        request = LlmRequest("mine/test-1", [{"role": "user", "content": "Hi"}])
        client = LitellmClient(config)
        moved = replace(account, settings={**account.settings, "base_url": base})
        with pytest.raises(NodeFailure) as caught:
            await client.complete(replace(request, account=moved), lambda text: None)
        await client.close()
        fault = caught.value.fault
        assert (fault.code, fault.retryable, why in fault.message) == ("transient", True, True), fault
        assert "could not be reached" in fault.message


@each_family
async def test_nothing_of_the_operators_environment_goes_to_a_persons_provider(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "operators-canary"
    for name in (
        "OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "AZURE_OPENAI_AD_TOKEN", "AZURE_AD_TOKEN", "AZURE_API_KEY",
        "AZURE_OPENAI_API_KEY", "AWS_BEARER_TOKEN_BEDROCK", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "GEMINI_API_KEY", "GOOGLE_API_KEY", "MISTRAL_API_KEY", "GROQ_API_KEY",
        "AWS_ROLE_NAME", "AWS_PROFILE_NAME",
    ):  # fmt: skip
        monkeypatch.setenv(name, canary)
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"x-more: {canary}")
    reply, _, requests = await ask(case, case.speaks.says("Hi"))
    assert reply.text == "Hi"
    assert canary not in str(requests)


@pytest.mark.parametrize(
    ("name", "model"),
    [("openai", "o1-pro"), ("openai", "responses/gpt-4o"), ("azure", "responses/x"), ("gemini", "../x"), ("gemini", "a?b=")],
)
async def test_a_name_leads_to_no_other_interface_of_a_provider(name: str, model: str) -> None:
    case = replace(CASES[name], model=model)
    fault = await fault_of(case, case.speaks.says("Hi"))
    assert (fault.code, fault.retryable) == ("model_unknown", False)


@each_protocol
@pytest.mark.parametrize("status", ["301 Moved Permanently", "307 Temporary Redirect", "308 Permanent Redirect"])
async def test_a_provider_that_sends_elsewhere_is_not_followed(case: Case, status: str) -> None:
    async with serving(case.speaks.says("Hi")) as elsewhere:
        away = openai.raw(openai.head(status, "text/plain", f"location: {elsewhere.base}/x", "content-length: 0"))
        async with serving(away) as server:
            account, config = account_at(server, case)
            allowed = (*config.http_allow, elsewhere.base.split("/")[2])
            client = LitellmClient(replace(config, http_allow=allowed))
            messages = [{"role": "user", "content": "Hi"}]
            with pytest.raises(NodeFailure):
                await client.complete(LlmRequest(f"mine/{case.model}", messages, account=account), lambda text: None)
            await client.close()
        assert (len(server.requests), elsewhere.requests) == (1, [])


EMBEDDED = {
    "openai": (b'{"data": [{"index": 0, "embedding": [1.0, 2.0]}], "model": "m", "object": "list"}', "/v1/embeddings"),
    "azure": (
        b'{"data": [{"index": 0, "embedding": [1.0, 2.0]}], "model": "m", "object": "list"}',
        "/openai/deployments/test-1/embeddings?api-version=2024-10-21",
    ),
    "gemini": (b'{"embeddings": [{"values": [1.0, 2.0]}]}', "/v1beta/models/test-1:batchEmbedContents"),
}
TITAN = "amazon.titan-embed-text-v2:0"
AMAZON = (b'{"embedding": [1.0, 2.0], "inputTextTokenCount": 3}', "/model/amazon.titan-embed-text-v2%3A0/invoke")
COHERE = (b'{"embeddings": [[1.0, 2.0]], "id": "x", "texts": ["text"]}', "/model/cohere.embed-english-v3/invoke")
EMBEDS = [
    *((CASES[name], *told) for name, told in EMBEDDED.items()),
    (replace(CASES["bedrock"], model=TITAN), *AMAZON),
    (replace(CASES["bedrock, signed"], model=TITAN), *AMAZON),
    (replace(CASES["bedrock"], model="cohere.embed-english-v3"), *COHERE),
]


@pytest.mark.parametrize(("case", "answer", "path"), EMBEDS, ids=[f"{case.family} {case.model}" for case, _, _ in EMBEDS])
async def test_texts_are_embedded_in_each_protocol_that_can(case: Case, answer: bytes, path: str) -> None:
    head = openai.head("200 OK", "application/json", f"content-length: {len(answer)}")
    async with serving(openai.raw(head, answer)) as server:
        account, config = account_at(server, case)
        client = LitellmClient(config)
        vectors = await client.embed(LlmRequest(f"mine/{case.model}", (), account=account), ["text"], "query")
        await client.close()
    assert vectors == [[1.0, 2.0]]
    (request,) = server.requests
    assert request["head"].startswith(f"POST {path}")
    assert case.key.lower() in request["head"].lower()
    assert request["body"].get("input_type", "search_query") == "search_query"


@pytest.mark.parametrize(("name", "model"), [("anthropic", "claude-1"), ("bedrock", "test-1")])
async def test_a_model_that_cannot_embed_is_refused_before_anything_is_sent(name: str, model: str) -> None:
    async with serving(openai.says("Hi")) as server:
        account, config = account_at(server, CASES[name])
        client = LitellmClient(config)
        with pytest.raises(NodeFailure) as caught:
            await client.embed(LlmRequest(f"mine/{model}", (), account=account), ["text"], "passage")
        await client.close()
    assert (caught.value.fault.code, caught.value.fault.retryable, server.requests) == ("model_unknown", False, [])
