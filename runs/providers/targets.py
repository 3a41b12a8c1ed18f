"""Where a model's name leads: to what the person who runs has set up, else to what the operator has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from editor.families import FAMILIES, Protocol
from editor.graph.context import LlmRequest
from editor.graph.faults import NOTHING, Fault, NodeFailure
from runs.providers.config import KEY_VARIABLES, ProviderConfig

ODD = re.compile(r"\.\.|[?#\\]")
"""What no model's name holds: some protocols have it in the path, and it must not lead elsewhere."""
SETTINGS_HINT = "Add the provider under Settings, Models"


@dataclass(frozen=True, slots=True)
class Target:
    """A model as litellm names it, with its key, its address and what else its provider asks for."""

    model: str
    key: str = field(repr=False)
    base: str
    protocol: Protocol = "openai"
    price: str = ""
    """Its name in litellm's table of prices; empty for what costs nothing, or nobody knows what."""
    is_operators: bool = True
    """Whether the operator gave the address: then it may be a private one."""
    settings: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    @property
    def speaks_openai(self) -> bool:
        """Say whether the stream can be read without litellm."""
        return self.protocol in ("openai", "azure")


def target_of(request: LlmRequest, config: ProviderConfig) -> Target:
    """Find where to ask. Only places that a person or the operator set up: a workflow names no addresses."""
    provider, _, name = request.model.partition("/")
    if ODD.search(name):
        raise NodeFailure(unknown(request.model, config))
    if request.account is not None and name:
        return _own(request, name)
    if not name or (provider not in config.model_bases and provider not in KEY_VARIABLES):
        raise NodeFailure(unknown(request.model, config))
    key, base = config.model_keys.get(provider, ""), config.model_bases.get(provider, "")
    if not key and not base:
        raise NodeFailure(
            Fault(
                "auth",
                f"There is no key for the provider {provider}.",
                hint=f"{SETTINGS_HINT}, or have {KEY_VARIABLES[provider]} set by whoever runs this installation.",
            )
        )
    if base:
        return Target(f"openai/{name}", key or "none", base)
    family = FAMILIES[provider]
    return Target(_vendor_name(family.protocol, name), key, family.base, family.protocol, f"{provider}/{name}")


def _own(request: LlmRequest, name: str) -> Target:
    """Find where a person's own credential leads."""
    account = request.account
    family = None if account is None else FAMILIES.get(account.provider)
    if account is None or family is None:
        raise NodeFailure(Fault("auth", f"The credential of {request.model[:100]} is of an unknown kind.", SETTINGS_HINT + "."))
    base = account.settings.get("base_url") or family.base
    prices = {"azure": f"azure/{name}", "bedrock": f"bedrock/{name}"}
    price = prices.get(family.name, f"{family.name}/{name}") if family.has_prices else ""
    return Target(
        _vendor_name(family.protocol, name),
        account.key or "none",
        base.rstrip("/"),
        family.protocol,
        price if family.name in prices or base == family.base else "",
        is_operators=False,
        settings=account.settings,
    )


def _vendor_name(protocol: Protocol, name: str) -> str:
    return f"bedrock/converse/{name}" if protocol == "bedrock" else f"{protocol}/{name}"


def unknown(model: str, config: ProviderConfig) -> Fault:
    """Say which providers there are."""
    known = sorted({"local", *config.model_bases, *(name for name in KEY_VARIABLES if name in config.model_keys)})
    return Fault(
        "model_unknown",
        f"There is no model {model[:100] or 'without a name'}.",
        hint=f"{SETTINGS_HINT}, and write a model as provider/name; set up for everybody: {', '.join(known)}.",
    )


def place_of(base: str) -> str:
    """Give the host:port of a base address, for the list of permitted places."""
    url = httpx.URL(base)
    return f"{url.raw_host.decode()}:{url.port or (443 if url.scheme == 'https' else 80)}"
