"""What the operator decides about the world outside. Plain data: settings are read elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from editor.families import FAMILIES

MIB = 1024 * 1024

KEY_VARIABLES: Mapping[str, str] = {family.name: family.variable for family in FAMILIES.values() if family.variable}
"""Model providers by the first part of a model's name, and where the operator puts the key."""


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """Limits and permissions of everything that goes out.

    `http_allow` lists what requests may reach though it is not public: ``host:port`` exactly as in the URL, or networks as
    ``10.1.0.0/16``. `model_keys` holds the keys by provider. `model_bases` names servers that speak OpenAI's protocol: with
    ``{"lab": "http://127.0.0.1:8001/v1"}`` the model ``lab/llama`` is the model ``llama`` there, and the key is that of
    ``lab``. The operator gives them as ``GRAPHAPP_MODEL_BASES=lab=http://127.0.0.1:8001/v1`` (several with commas) and the
    key as ``LAB_API_KEY``; ``OPENAI_API_BASE`` is the base of ``openai``. No workflow can name an address for a model.
    """

    http_allow: tuple[str, ...] = ()
    http_max_bytes: int = 10 * MIB
    http_max_decoded_bytes: int = 32 * MIB
    http_redirects: int = 5
    connect_seconds: float = 10.0
    resolve_seconds: float = 3.0
    model_keys: Mapping[str, str] = field(default_factory=dict)
    model_bases: Mapping[str, str] = field(default_factory=dict)
    first_chunk_seconds: float = 60.0
    between_chunks_seconds: float = 30.0
    local_model_file: Path | None = None
    local_context_tokens: int = 2048
    local_answer_tokens: int = 512
    local_threads: int = 0
