"""The kinds of model providers: how each is spoken to, where it is, and what has to be known to call it. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Protocol = Literal["openai", "anthropic", "gemini", "azure", "bedrock"]


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of provider. `variable` is where the operator puts a key for everybody."""

    name: str
    title: str
    protocol: Protocol = "openai"
    base: str = ""
    """Where it is, unless the person says otherwise; empty: they have to say."""
    variable: str = ""
    needs_key: bool = True
    fields: tuple[str, ...] = ()
    """What else it asks for."""
    required: tuple[str, ...] = ()
    test_model: str = ""
    """A cheap model that nearly every account may call."""
    has_prices: bool = True
    key_hint: str = ""


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        family.name: family
        for family in (
            Family(
                "openai",
                "OpenAI",
                "openai",
                "https://api.openai.com/v1",
                "OPENAI_API_KEY",
                test_model="gpt-4o-mini",
                key_hint="From platform.openai.com, under API keys; it begins with sk-.",
            ),
            Family(
                "anthropic",
                "Anthropic",
                "anthropic",
                "https://api.anthropic.com",
                "ANTHROPIC_API_KEY",
                test_model="claude-haiku-4-5",
                key_hint="From console.anthropic.com, under API keys; it begins with sk-ant-.",
            ),
            Family(
                "gemini",
                "Google Gemini",
                "gemini",
                "https://generativelanguage.googleapis.com/v1beta",
                "GEMINI_API_KEY",
                test_model="gemini-2.5-flash-lite",
                key_hint="From aistudio.google.com, under Get API key.",
            ),
            Family(
                "azure",
                "Azure OpenAI",
                "azure",
                fields=("base_url", "api_version", "deployment"),
                required=("base_url",),
                key_hint="Of the resource in the Azure portal, under Keys and Endpoint.",
            ),
            Family(
                "bedrock",
                "Amazon Bedrock",
                "bedrock",
                fields=("region", "access_key_id", "base_url"),
                required=("region",),
                test_model="amazon.nova-micro-v1:0",
                key_hint="The secret access key; without an access key id, a Bedrock API key.",
            ),
            Family(
                "mistral",
                "Mistral",
                base="https://api.mistral.ai/v1",
                variable="MISTRAL_API_KEY",
                test_model="mistral-small-latest",
                key_hint="From console.mistral.ai, under API keys.",
            ),
            Family(
                "groq",
                "Groq",
                base="https://api.groq.com/openai/v1",
                variable="GROQ_API_KEY",
                test_model="llama-3.1-8b-instant",
                key_hint="From console.groq.com, under API keys; it begins with gsk_.",
            ),
            Family(
                "openrouter",
                "OpenRouter",
                base="https://openrouter.ai/api/v1",
                variable="OPENROUTER_API_KEY",
                test_model="openai/gpt-4o-mini",
                key_hint="From openrouter.ai, under Keys; it begins with sk-or-. Models are named maker/model.",
            ),
            Family("ollama", "Ollama", base="http://127.0.0.1:11434/v1", needs_key=False, fields=("base_url",), has_prices=False),
            Family("vllm", "vLLM", needs_key=False, fields=("base_url",), required=("base_url",), has_prices=False),
            Family(
                "deepseek",
                "DeepSeek",
                base="https://api.deepseek.com/v1",
                variable="DEEPSEEK_API_KEY",
                test_model="deepseek-chat",
                key_hint="From platform.deepseek.com, under API keys.",
            ),
            Family(
                "xai",
                "xAI",
                base="https://api.x.ai/v1",
                variable="XAI_API_KEY",
                test_model="grok-3-mini",
                key_hint="From console.x.ai, under API keys.",
            ),
            Family(
                "together_ai",
                "Together AI",
                base="https://api.together.xyz/v1",
                variable="TOGETHERAI_API_KEY",
                key_hint="From api.together.ai, under Settings, API keys.",
            ),
            Family(
                "fireworks_ai",
                "Fireworks AI",
                base="https://api.fireworks.ai/inference/v1",
                variable="FIREWORKS_AI_API_KEY",
                key_hint="From app.fireworks.ai, under Settings, API keys.",
            ),
            Family(
                "cohere",
                "Cohere",
                base="https://api.cohere.ai/compatibility/v1",
                variable="COHERE_API_KEY",
                key_hint="From dashboard.cohere.com, under API keys.",
            ),
            Family(
                "custom",
                "Any server that speaks OpenAI's protocol",
                needs_key=False,
                fields=("base_url",),
                required=("base_url",),
                has_prices=False,
            ),
        )
    }
)

SCHEMES: Mapping[str, str] = MappingProxyType(
    {"bearer": "Bearer token", "basic": "User name and password", "header": "Header", "query": "Query parameter"}
)
"""How a credential for HTTP requests is sent."""

LOCAL_MODEL = "local/smollm2"
LOCAL_EMBEDDING = "local/minilm"
ROLES: Mapping[str, str] = MappingProxyType(
    {"cheap": LOCAL_MODEL, "good": LOCAL_MODEL, "judge": LOCAL_MODEL, "embedding": LOCAL_EMBEDDING}
)
"""What ``default/<role>`` means to a person who has not chosen."""
DEFAULT_PREFIX = "default/"
