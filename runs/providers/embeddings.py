"""Texts as vectors, by the local model or any embedding model that litellm knows. Failures are `embedding_failed`."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Literal, Protocol

from editor.graph.context import LlmRequest
from editor.graph.faults import Fault, NodeFailure
from runs.accounts import NOBODY, Payer
from runs.providers.minilm import NAME as LOCAL
from runs.providers.minilm import MiniLm

Purpose = Literal["passage", "query"]
"""Some models embed what is searched otherwise than what is searched for."""

CALL_SECONDS = 120.0
CALL_TEXTS = 64
"""Texts in one call to a provider."""

HINTS = {
    "rate_limit": "Try again later, or ask the provider for a higher limit.",
    "transient": "It may be down for a moment: try again.",
    "timeout": "It may be down for a moment: try again.",
    "bad_request": "It may be no embedding model: choose another one for the knowledge base.",
    "model_unknown": "Choose another embedding model for the knowledge base.",
}
"""What to do here about failures whose own hint speaks of a node that asks for text."""


class HostedEmbeddings(Protocol):
    """Calls a provider's embedding model."""

    async def embed(self, request: LlmRequest, texts: Sequence[str], purpose: Purpose) -> list[list[float]]:
        """Give one vector for each text, in order."""
        ...


Resolve = Callable[[LlmRequest, Payer], Awaitable[LlmRequest]]
"""Says as whom a model is called."""


async def as_operator(request: LlmRequest, payer: Payer) -> LlmRequest:
    """Call with the operator's keys alone."""
    return request


class Embeddings:
    """The embedding models of this installation, by the first part of their names."""

    def __init__(self, hosted: HostedEmbeddings, local: MiniLm | None = None, resolve: Resolve = as_operator) -> None:
        self._resolve = resolve
        self._hosted = hosted
        self._local = local or MiniLm()

    async def embed(self, model: str, texts: Sequence[str], purpose: Purpose, *, payer: Payer = NOBODY) -> list[list[float]]:
        """Give one vector for each text, all of one length. `payer` is whose key a provider gets."""
        if not texts:
            return []
        try:
            found = await self._embed(model, texts, purpose, payer)
        except NodeFailure as failure:
            raise NodeFailure(as_embedding_fault(model, failure.fault)) from None
        return checked(model, texts, found)

    async def _embed(self, model: str, texts: Sequence[str], purpose: Purpose, payer: Payer) -> list[list[float]]:
        if model == LOCAL:
            return await asyncio.to_thread(self._local.embed, texts)
        if model.startswith("local/"):
            hint = f"The local embedding model is {LOCAL}."
            raise NodeFailure(Fault("model_unknown", f"There is no embedding model {model[:100]}.", hint=hint))
        request = await self._resolve(LlmRequest(model, ()), payer)
        vectors: list[list[float]] = []
        for at in range(0, len(texts), CALL_TEXTS):
            async with asyncio.timeout(CALL_SECONDS):
                vectors += await self._hosted.embed(request, texts[at : at + CALL_TEXTS], purpose)
        return vectors


def checked(model: str, texts: Sequence[str], vectors: Sequence[Any]) -> list[list[float]]:
    """Refuse what is no vector for each text: a provider that answers otherwise must not be stored."""
    lengths = {len(vector) if isinstance(vector, list) else 0 for vector in vectors}
    if len(vectors) != len(texts) or len(lengths) != 1 or not 1 <= min(lengths) <= 4000:
        message = f"The model {model} gave {len(vectors)} vectors of lengths {sorted(lengths)[:3]} for {len(texts)} texts."
        hint = "Choose an embedding model; a model that writes text gives none."
        raise NodeFailure(Fault("embedding_failed", message, hint=hint))
    return [_unit(model, vector) for vector in vectors]


def _unit(model: str, vector: Sequence[Any]) -> list[float]:
    """Give a vector the length 1, which fits into half the bytes whatever the provider's own lengths are."""
    try:
        length = math.hypot(*vector)
    except (TypeError, OverflowError):
        length = math.nan
    if not math.isfinite(length):
        message = f"The model {model} gave a vector that holds something else than numbers."
        raise NodeFailure(Fault("embedding_failed", message, hint="Choose another embedding model for the knowledge base."))
    return [number / length for number in vector] if length else [0.0 for _ in vector]


def as_embedding_fault(model: str, fault: Fault) -> Fault:
    """Name a provider's failure as what it is here; what it was is kept beside it."""
    if fault.code == "embedding_failed":
        return fault
    return replace(
        fault,
        code="embedding_failed",
        hint=HINTS.get(fault.code, fault.hint),
        data={**fault.data, "model": model, "cause": fault.code},
    )
