"""From the settings of this installation to the services that nodes get. The one place that knows both."""

import asyncio
import os
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from editor.graph.catalogue import Catalogue
from editor.graph.context import LlmRequest
from runs.accounts import Payer, Wallet
from runs.children import StoredChildren
from runs.context import Services
from runs.executor import Executor
from runs.knowledge.indexer import Indexer
from runs.knowledge.service import StoredKnowledge
from runs.providers.config import KEY_VARIABLES, ProviderConfig
from runs.providers.embeddings import Embeddings
from runs.providers.http_client import GuardedHttpClient
from runs.providers.minilm import MiniLm
from runs.providers.models import Models
from runs.sandbox.service import MontySandbox
from runs.scripted import Script
from runs.slots import LimitedModels, Slots, slot_limits
from runs.stored_accounts import StoredAccounts
from runs.triggers.courier import Courier


def provider_config() -> ProviderConfig:
    """Read what providers may do. Keys come from the operator's environment; workflows never name one."""
    bases = model_bases(settings.GRAPHAPP_MODEL_BASES)
    variables = {**KEY_VARIABLES, **{name: f"{name.upper().replace('-', '_')}_API_KEY" for name in bases}}
    openai_base = os.environ.get("OPENAI_API_BASE") or os.environ.get("OPENAI_BASE_URL")
    if openai_base:
        bases = {"openai": openai_base, **bases}
    file = settings.GRAPHAPP_LOCAL_MODEL_FILE
    return ProviderConfig(
        http_allow=tuple(settings.GRAPHAPP_HTTP_ALLOW),
        http_max_bytes=settings.GRAPHAPP_HTTP_MAX_BYTES,
        model_keys={name: key for name, variable in variables.items() if (key := os.environ.get(variable))},
        model_bases=bases,
        local_model_file=Path(file) if file else None,
    )


def model_bases(entries: Iterable[str]) -> dict[str, str]:
    """Read ``name=address`` entries; one that is neither is refused when the process starts."""
    bases: dict[str, str] = {}
    for entry in entries:
        name, equals, address = entry.partition("=")
        if not equals or not name.strip().replace("-", "").replace("_", "").isalnum() or "://" not in address:
            raise ValueError(f"GRAPHAPP_MODEL_BASES: {entry!r} is not of the form name=http://host:port/v1")
        bases[name.strip()] = address.strip()
    return bases


def make_services() -> Services:
    """The services of this process. Making them starts nothing: processes, threads and imports come with first use."""
    config = provider_config()
    limits = slot_limits(settings.GRAPHAPP_PROVIDER_SLOTS)
    models = Models(config)
    return Services(
        llm=LimitedModels(models, Slots(settings.REDIS_URL, limits)) if limits else models,
        knowledge=StoredKnowledge(make_embeddings(models)),
        http=GuardedHttpClient(config),
        sandbox=MontySandbox(processes=settings.GRAPHAPP_SANDBOX_PROCESSES),
        max_value_bytes=settings.GRAPHAPP_MAX_VALUE_BYTES,
        accounts=StoredAccounts(),
        children=StoredChildren(),
    )


def make_indexer(loop: asyncio.AbstractEventLoop) -> Indexer:
    """What indexes documents: it may fetch what an upload may hold, and only from where requests may go."""
    config, most = provider_config(), settings.GRAPHAPP_UPLOAD_MAX_BYTES
    return Indexer(
        loop,
        make_embeddings(Models(config)),
        GuardedHttpClient(replace(config, http_max_bytes=most, http_max_decoded_bytes=most)),
        max_pages=settings.GRAPHAPP_DOCUMENT_MAX_PAGES,
        lease_seconds=settings.GRAPHAPP_LEASE_SECONDS,
        every=settings.GRAPHAPP_SWEEP_SECONDS,
    )


def make_courier(loop: asyncio.AbstractEventLoop) -> Courier:
    """What tells others of the ends of runs, and goes only where requests may go."""
    http = GuardedHttpClient(provider_config())
    return Courier(loop, http, base_url=settings.GRAPHAPP_BASE_URL, every=settings.GRAPHAPP_SWEEP_SECONDS)


def make_embeddings(models: Models) -> Embeddings:
    """The embedding models, called as the person or team whose knowledge base it is."""
    accounts = StoredAccounts()

    async def as_owner(request: LlmRequest, payer: Payer) -> LlmRequest:
        return await Wallet(accounts, payer).for_model(request)

    return Embeddings(models, minilm(), as_owner)


@cache
def minilm() -> MiniLm:
    """The local embedding model of this process, once for nodes and documents."""
    return MiniLm()


def make_executor(script: Script | None = None) -> Executor:
    """An executor over the installed catalogue and this process's services."""
    catalogue: Catalogue = import_string(settings.NODE_CATALOGUE)()
    return Executor(catalogue, make_services(), script)
