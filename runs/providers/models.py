"""Which client answers for a model: the first part of its name decides."""

from collections.abc import Sequence

from editor.graph.context import LlmReply, LlmRequest, TextSink
from editor.graph.nodetype import Usage
from runs.providers.config import ProviderConfig
from runs.providers.litellm_client import LitellmClient
from runs.providers.local_model import LocalModel


class Models:
    """The `LlmClient` of nodes: the local model, and all others through litellm."""

    def __init__(self, config: ProviderConfig) -> None:
        self._local = LocalModel(config)
        self._hosted = LitellmClient(config)

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Ask the model that the request names."""
        client = self._local if request.model.startswith("local/") else self._hosted
        return await client.complete(request, on_text)

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Say what a call may take at most."""
        client = self._local if request.model.startswith("local/") else self._hosted
        return await client.estimate(request)

    async def embed(self, request: LlmRequest, texts: Sequence[str], purpose: str) -> list[list[float]]:
        """Ask a provider's embedding model."""
        return await self._hosted.embed(request, texts, purpose)

    async def close(self) -> None:
        """Give back connections and the local model's thread."""
        await self._local.close()
        await self._hosted.close()
