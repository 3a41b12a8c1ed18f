"""The graph document, schema 1: what is saved, shared and compiled."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict

SCHEMA = 1


class DocModel(BaseModel):
    """Frozen and strict; unknown keys are kept, so that a newer document survives a round trip through older code.

    Strict, because a `true` read as the number 1 would be saved as another value than was sent.
    """

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, allow_inf_nan=False)


class Position(DocModel):
    """Where a node stands on the canvas, in pixels."""

    x: float = 0
    y: float = 0


class AnyOf(DocModel):
    """Join policy: run when `any` edges were taken."""

    any: Annotated[int, Field(ge=1)]
    cancel_losers: bool = False


Join = Literal["all", "always"] | AnyOf


class FallbackValue(DocModel):
    """Error policy: succeed with this value, flagged as degraded."""

    value: Any


OnError = Literal["fail", "port", "skip"] | FallbackValue


class RetryPolicy(DocModel):
    """How often and how far apart a failed attempt is tried again."""

    max_attempts: Annotated[int, Field(ge=1, le=100)] = 1
    backoff_seconds: Annotated[float, Field(ge=0, le=86_400)] = 1.0
    backoff_factor: Annotated[float, Field(ge=1, le=100)] = 2.0
    max_backoff_seconds: Annotated[float, Field(ge=0, le=86_400)] = 60.0
    max_seconds: Annotated[float, Field(gt=0, le=2_592_000)] | None = None
    """After the first attempt began, no other begins later than this."""
    jitter: bool = True


class ToolPolicy(DocModel):
    """How a node is told to the agent that may call it. Without a schema of arguments, one follows from its params."""

    description: Annotated[str, Field(max_length=4000)] = ""
    parameters: Mapping[str, Any] | None = None
    approval: bool = False
    """Somebody is asked before each call."""


class Policy(DocModel):
    """What the engine does around a node's work."""

    join: Join = "all"
    timeout_seconds: Annotated[float, Field(gt=0, le=86_400)] | None = None
    max_parallel: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Of the node's runs in all items and turns, so many are at work at once."""
    retry: RetryPolicy | None = None
    on_error: OnError = "fail"
    on_uncertain: Literal["ask", "fail", "retry"] = "ask"
    cache_seconds: Annotated[float, Field(ge=0)] | None = None
    cache_varying: bool = False
    disabled: bool = False
    tool: ToolPolicy | None = None
    """Of a node that is a tool of an agent."""


class NodeDoc(DocModel):
    """One node as drawn."""

    id: str
    type: str
    type_version: int = 1
    name: str = ""
    parent: str | None = None
    position: Position = Position()
    params: Mapping[str, Any] = Field(default_factory=dict)
    policy: Policy = Policy()
    pinned: Any = None


class EdgeDoc(DocModel):
    """One connection as drawn, from an output port to an input port."""

    id: str
    source: str
    source_port: str = "out"
    target: str
    target_port: str = "in"


class Settings(DocModel):
    """What holds for the whole run."""

    on_failure: Literal["fail_fast", "continue"] = "fail_fast"
    max_parallel: Annotated[int, Field(ge=1, le=1000)] = 20
    timeout_seconds: Annotated[float, Field(gt=0)] | None = None
    budget_usd: Annotated[float, Field(ge=0)] | None = None
    budget_tokens: Annotated[int, Field(ge=0)] | None = None
    budget_seconds: Annotated[float, Field(gt=0)] | None = None
    on_budget: Literal["ask", "fail"] = "ask"


class GraphDocument(DocModel):
    """The nodes and edges of one draft or version."""

    schema_: Annotated[int, Field(alias="schema", ge=1)] = SCHEMA
    settings: Settings = Settings()
    nodes: Annotated[tuple[NodeDoc, ...], Strict(strict=False)] = ()
    edges: Annotated[tuple[EdgeDoc, ...], Strict(strict=False)] = ()
    annotations: Annotated[tuple[Mapping[str, Any], ...], Strict(strict=False)] = ()
