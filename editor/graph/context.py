"""All that a node may ask of the world, as protocols: tests and the command line bring their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from editor.graph.faults import NOTHING
from editor.graph.nodetype import Usage

LogLevel = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Tool:
    """What a model may ask for: its name, what it is good for, and a JSON Schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a model asked for. `arguments` is what it wrote, which may be no JSON at all."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class LlmRequest:
    """One model call: what to ask of which model. Messages are as OpenAI writes them, those about tools as well."""

    model: str
    messages: Sequence[Mapping[str, Any]]
    temperature: float | None = None
    max_tokens: int | None = None
    output_schema: Mapping[str, Any] | None = None
    tools: Sequence[Tool] = ()


@dataclass(frozen=True, slots=True)
class LlmReply:
    """One complete model answer. `text` is whole: a cut stream is a fault, never a reply.

    `tool_calls` is empty unless the request named tools.
    """

    text: str
    finish_reason: str
    usage: Usage
    model: str
    tool_calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One outgoing request. The address is checked when it is sent."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    query: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    content: bytes | None = None
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class HttpReply:
    """One answer, read to its end within the limits."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str


class LlmClient(Protocol):
    """Calls models. Failures are `NodeFailure` with codes such as ``rate_limit`` and ``auth``."""

    async def complete(self, request: LlmRequest, on_text: "TextSink") -> LlmReply:
        """Ask a model and wait for its whole answer; text is given to `on_text` as it comes."""
        ...

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Give the request with a longest answer, if it has none, and what it may take at most."""
        ...


class TextSink(Protocol):
    """Takes streamed text as it comes."""

    def __call__(self, text: str, /) -> None:
        """Take the next piece."""
        ...


class HttpClient(Protocol):
    """Sends requests to allowed addresses only."""

    async def send(self, request: HttpRequest) -> HttpReply:
        """Send a request and read its answer to the end."""
        ...


class Sandbox(Protocol):
    """Runs what a user typed, in a process of its own, within limits."""

    async def evaluate(self, source: str, names: Mapping[str, Any]) -> Any:
        """Give the value of an expression."""
        ...

    async def call_main(self, source: str, names: Mapping[str, Any], on_print: TextSink) -> Any:
        """Give what the source's ``main`` returns; what it prints goes to `on_print`."""
        ...


class NodeContext(Protocol):
    """What one attempt of one node may use. Nodes read it and never change it."""

    @property
    def run_id(self) -> str:
        """The run."""
        ...

    @property
    def node_id(self) -> str:
        """The node as drawn."""
        ...

    @property
    def node_key(self) -> str:
        """The node as run."""
        ...

    @property
    def attempt(self) -> int:
        """Which try this is, from 1."""
        ...

    @property
    def is_last_attempt(self) -> bool:
        """Whether the retry policy allows no further attempt: the moment for fallbacks."""

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt of this node run."""

    @property
    def names(self) -> Mapping[str, Any]:
        """What expressions of this node see: outputs by node id, ``input``, ``inputs``, ``run`` and container names."""

    @property
    def sources(self) -> Mapping[str, Sequence[str]]:
        """By input port, the ids of the nodes whose values were taken there, in edge order."""

    @property
    def llm(self) -> LlmClient:
        """The models."""
        ...

    @property
    def http(self) -> HttpClient:
        """The network."""
        ...

    @property
    def sandbox(self) -> Sandbox:
        """Where user code runs."""
        ...

    @property
    def now(self) -> float:
        """The attempt's start in seconds since 1970: nodes read no clock of their own."""

    def emit(self, text: str) -> None:
        """Stream text to the viewers; not stored, replaced by the node's output."""

    def log(self, message: str, level: LogLevel = "info") -> None:
        """Write a line to the node's log."""

    async def evaluate(self, source: str, names: Mapping[str, Any] | None = None) -> Any:
        """Value of an expression (braces optional) with this node's names and any further ones."""
