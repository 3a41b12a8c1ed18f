"""What models cost, by litellm's table. It is read as a file: importing litellm takes seconds."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FILE = "model_prices_and_context_window_backup.json"
LOCAL = "local/"


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a token in and out, and the longest answer."""

    input_usd: float
    output_usd: float
    answer_tokens: int | None = None


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, Any]]:
    spec = find_spec("litellm")
    if spec is None or spec.origin is None:
        return {}
    try:
        found: dict[str, dict[str, Any]] = json.loads(Path(spec.origin).with_name(FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


@lru_cache(maxsize=256)
def price_of(model: str) -> Price | None:
    """Give what a model costs; None where the table does not know it.

    >>> price_of("local/smollm2").input_usd, price_of("lab/unheard-of")
    (0.0, None)
    >>> price_of("openai/gpt-4o-mini").output_usd > 0
    True
    """
    if model.startswith(LOCAL):
        return Price(0.0, 0.0, 512)
    table = _table()
    provider, _, name = model.partition("/")
    row = table.get(model) or table.get(name)
    if row is None or row.get("litellm_provider") != provider or "input_cost_per_token" not in row:
        return None
    longest = row.get("max_output_tokens")
    return Price(
        float(row["input_cost_per_token"]),
        float(row.get("output_cost_per_token") or 0.0),
        longest if isinstance(longest, int) and longest > 0 else None,
    )
