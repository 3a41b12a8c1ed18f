"""Which models a person may name, and what is known of each: from litellm's own table, read as a file and never imported."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from editor.families import FAMILIES, LOCAL_MODEL
from editor.models import Credential

TABLE = "model_prices_and_context_window_backup.json"
MODES = frozenset({"chat", "embedding"})
PROVIDERS: Mapping[str, str] = {"bedrock_converse": "bedrock", "cohere_chat": "cohere", "cohere": "cohere"}
"""What the table calls a family otherwise."""
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model as it is offered. Prices are US dollars for a million tokens; None where nobody knows."""

    name: str
    source: str
    mode: str = "chat"
    context_tokens: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    vision: bool = False
    tools: bool = False
    schemas: bool = False


@cache
def table() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Read the table: by family and by name there, what is known. Empty where the file is not."""
    spec = find_spec("litellm")
    file = Path(spec.origin).with_name(TABLE) if spec is not None and spec.origin else None
    if file is None or not file.is_file():
        return {}
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name, facts in json.loads(file.read_text(encoding="utf-8")).items():
        provider = str(facts.get("litellm_provider", ""))
        family = PROVIDERS.get(provider, provider)
        if family in FAMILIES and not name.startswith(("ft:", "sample_spec")):
            found.setdefault(family, {})[name.removeprefix(f"{family}/")] = facts
    return found


def models_of(credentials: list[Credential], operators: Mapping[str, bool]) -> list[KnownModel]:
    """List what a person may name: the local model, their own providers', and those that are set up for everybody.

    `operators` says of each provider of the installation whether it is one of the known families.
    """
    known = {LOCAL_MODEL: KnownModel(LOCAL_MODEL, "Inside this installation", context_tokens=2048, schemas=True)}
    for row in credentials:
        if row.kind == Credential.Kind.MODEL:
            listed = (row.test or {}).get("models") or []
            deployed = [row.settings["deployment"]] if row.settings.get("deployment") else []
            source = "Your own key" if row.team_id is None else "Your team's key"
            for one in _offered(row.name, row.provider, [*listed, *deployed], source):
                known.setdefault(one.name, one)
    for name, is_family in operators.items():
        if is_family:
            for one in _offered(name, name, [], "Set up for everybody"):
                known.setdefault(one.name, one)
    return list(known.values())


def _offered(prefix: str, family: str, listed: list[str], source: str) -> Iterator[KnownModel]:
    """Give the models that a provider listed, else those of the table."""
    facts = table().get(family, {}) if family in FAMILIES and FAMILIES[family].has_prices else {}
    for name in listed or facts:
        known = facts.get(name, {})
        mode = str(known.get("mode", "chat"))
        if mode in MODES:
            yield _model(f"{prefix}/{name}", source, mode, known)


def _model(name: str, source: str, mode: str, facts: Mapping[str, Any]) -> KnownModel:
    return KnownModel(
        name,
        source,
        mode,
        _whole(facts.get("max_input_tokens") or facts.get("max_tokens")),
        _price(facts.get("input_cost_per_token")),
        _price(facts.get("output_cost_per_token")),
        facts.get("supports_vision") is True,
        facts.get("supports_function_calling") is True,
        facts.get("supports_response_schema") is True,
    )


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _price(value: Any) -> float | None:
    return round(value * MILLION, 4) if isinstance(value, int | float) else None
