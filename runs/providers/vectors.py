"""Vectors as litellm gives them: what is asked, what came of it, and which answers asking again would not mend."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx

from editor.graph.faults import Fault, NodeFailure
from runs.providers.errors import causes
from runs.providers.targets import Target
from runs.providers.transport import Watch

WHOLE = 200


def embedding_arguments(target: Target, texts: Sequence[str], purpose: str) -> dict[str, Any]:
    """Give what a call says of its texts, and the model as litellm names those that embed."""
    arguments: dict[str, Any] = {
        "model": target.model.replace("bedrock/converse/", "bedrock/"),
        "input": list(texts),
        "max_retries": 0,
        "timeout": 86_400,
    }
    if target.speaks_openai:
        arguments["encoding_format"] = "float"
    if target.model.startswith("cohere/") or "cohere.embed" in target.model:
        arguments["input_type"] = "search_query" if purpose == "query" else "search_document"
    return arguments


def vectors_of(answer: Any, model: str) -> list[list[float]]:
    """Give the vectors of an answer in the order of their texts."""
    try:
        return [list(one["embedding"]) for one in sorted(answer.data, key=lambda one: one["index"])]
    except (AttributeError, KeyError, TypeError):
        raise NodeFailure(no_vectors(model)) from None


def without_vectors(fault: Fault, error: Exception, model: str, watch: Watch) -> Fault:
    """Say whether asking again can help: not where an answer came whole, nor where litellm would not even ask."""
    chain = list(causes(error))
    if any(isinstance(link, (NodeFailure, httpx.TransportError)) for link in chain):
        return fault
    if not watch.responses:
        return Fault("model_unknown", f"The model {model} is none that gives vectors here.", data={"model": model})
    if watch.status != WHOLE:
        return fault
    return replace(fault, retryable=False) if fault.code == "provider_malformed" else no_vectors(model)


def no_vectors(model: str) -> Fault:
    """Say that an answer is none; it would be the same again."""
    message = f"The provider of {model} answered something that holds no vectors."
    hint = "Look at the provider's address, and whether this is an embedding model."
    return Fault("provider_malformed", message, hint, data={"model": model})
