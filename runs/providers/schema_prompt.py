"""Asks for JSON in words, for the models that have no other way to be asked."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def with_schema(messages: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The messages, with the schema named in the system message when there is one."""
    plain = [dict(message) for message in messages]
    if schema is None:
        return plain
    words = f"Answer with JSON only, without any text around it, that matches this JSON Schema:\n{json.dumps(schema)}"
    if plain and plain[0].get("role") == "system" and isinstance(plain[0].get("content"), str):
        plain[0]["content"] = f"{plain[0]['content']}\n\n{words}"
        return plain
    return [{"role": "system", "content": words}, *plain]
