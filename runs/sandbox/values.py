"""What crosses the border of the sandbox. In: plain JSON of bounded size. Out: JSON text, read here and checked."""

import json
import math
from collections.abc import Mapping
from typing import Any

from editor.graph.faults import Fault, NodeFailure

MAX_DEPTH = 64
MAX_INTEGER_BITS = 1023


def read_result(text: object, *, max_bytes: int, code: str) -> Any:
    """Read the JSON text that the sandbox answered. It was written inside, so no proxy or foreign type can come out."""
    if not isinstance(text, str):
        raise NodeFailure(Fault(code, f"The result is a {type(text).__name__}, which is not JSON."))
    if len(text) > max_bytes:
        raise NodeFailure(
            Fault(
                "output_too_large" if code == "code_error" else code,
                f"The result is larger than {max_bytes / 1_048_576:g} MiB.",
                hint="Keep only what later nodes need.",
            )
        )
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_int=_bounded_int, parse_float=_finite)
    except RecursionError:
        raise NodeFailure(too_deep(code)) from None
    except ValueError as error:
        raise NodeFailure(Fault(code, f"The result is not JSON: {error}.")) from None
    if text.count("[") + text.count("{") > MAX_DEPTH and depth(value) > MAX_DEPTH:
        raise NodeFailure(too_deep(code))
    return value


def too_deep(code: str) -> Fault:
    """Say that a result has too many levels."""
    return Fault(code, f"The result is more than {MAX_DEPTH} levels deep.", hint="Make it flatter.")


def depth(value: Any) -> int:
    """How many containers stand inside each other, counted without recursion; beyond the limit it stops counting."""
    level, levels = [value], 0
    while level and levels <= MAX_DEPTH:
        inner: list[Any] = []
        found = False
        for item in level:
            if isinstance(item, (dict, list)):
                found = True
                inner.extend(item.values() if isinstance(item, dict) else item)
        levels += found
        level = inner
    return levels


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"it holds {name}, which JSON has no word for")


def _bounded_int(digits: str) -> int:
    if len(digits) > 320 or (value := int(digits)).bit_length() > MAX_INTEGER_BITS:
        raise ValueError("it holds an integer of over 300 digits")
    return value


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"it holds {text[:20]}, which is out of range")
    return value


def check_size(values: Mapping[str, Any], max_bytes: int) -> None:
    """Refuse inputs over the limit, before they are copied into the sandbox. Stops counting as soon as it is over."""
    left = max_bytes
    todo: list[Any] = [values]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            left -= len(item) + 2
        elif isinstance(item, Mapping):
            left -= 2 + sum(len(key) for key in item if isinstance(key, str))
            todo.extend(item.values())
        elif isinstance(item, (list, tuple)):
            left -= 2
            todo.extend(item)
        else:
            left -= 8
        if left < 0:
            raise NodeFailure(
                Fault(
                    "sandbox_limit",
                    f"The values that this code uses are larger than {max_bytes / 1_048_576:g} MiB.",
                    hint="Name only the fields that it needs.",
                )
            )
