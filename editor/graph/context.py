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
class Account:
    """As whom a provider is called: the credential of the person who runs. Documents name it, and nothing shows its key."""

    provider: str
    """The family of the provider, as in `editor.families`."""
    key: str = field(repr=False)
    settings: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class LlmRequest:
    """One model call: what to ask of which model. Messages are as OpenAI writes them, those about tools as well."""

    model: str
    messages: Sequence[Mapping[str, Any]]
    temperature: float | None = None
    max_tokens: int | None = None
    output_schema: Mapping[str, Any] | None = None
    tools: Sequence[Tool] = ()
    account: Account | None = None
    """Nodes leave it out: whoever makes the call fills it in from the model's name."""
    reason: str = ""
    """Why it is made, where it is not a node's first: for whoever reads the record of the call."""


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
    cached_tokens: int = 0
    """Of the tokens that were sent: those that the provider still knew."""


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded call of a node whose work is a sequence of them: of a model, of a tool, or of another agent.

    Parameters
    ----------
    idx : int
        Its number, from 0 on: once for each node run.
    kind : str
        ``llm``, ``tool`` or ``delegate``; of nodes that are no agents ``call``, a call of a model.
    name : str
        The model, or the tool.
    status : str
        ``running``, ``waiting`` for an answer, ``succeeded`` or ``failed``.
    call : str
        Of tools: the id by which the model asked for it.
    input, output : Any
        JSON: what it was given, and what came of it.
    error : Mapping or None
        The fault of one that failed.
    usage : Usage or None
        What it consumed itself.
    seconds : float
        How long it took.
    answer : Mapping or None
        What somebody answered to its question: ``button``, ``values``, ``by``.
    """

    idx: int
    kind: Literal["llm", "tool", "delegate", "call"]
    name: str
    status: Literal["running", "waiting", "succeeded", "failed"]
    call: str = ""
    input: Any = None
    output: Any = None
    error: Mapping[str, Any] | None = None
    usage: Usage | None = None
    seconds: float = 0.0
    answer: Mapping[str, Any] | None = None


class Journal(Protocol):
    """The steps of one node run, kept wherever it goes on."""

    @property
    def steps(self) -> Mapping[int, Step]:
        """What is recorded, by number."""
        ...

    async def write(self, step: Step) -> None:
        """Record a step, in the place of an earlier state of it; when this returns it is kept."""
        ...


class Toolbox(Protocol):
    """What an agent may call: the nodes that lead to it, and nothing else."""

    @property
    def tools(self) -> Sequence[Tool]:
        """What a model is told of them."""
        ...

    async def call(self, call: ToolCall, idx: int) -> "Step | Exception":
        """Do what a model asked for, as this step of the journal, unless it is done.

        What the tool failed with is in the step, for the model to hear. An exception is given where the agent cannot go on:
        somebody has to be asked first, or a budget is used up.
        """
        ...


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One outgoing request. The address is checked when it is sent."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    query: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    content: bytes | None = None
    timeout_seconds: float = 30.0
    credential: str = ""
    """The name of the credential to send, of the person who runs."""


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


SearchMode = Literal["hybrid", "vector", "text"]


@dataclass(frozen=True, slots=True)
class KnowledgeQuery:
    """What to look for in a knowledge base. `documents` are names or ids; none: all of them."""

    base: str
    query: str
    top_k: int = 5
    mode: SearchMode = "hybrid"
    min_score: float = 0.0
    documents: Sequence[str] = ()


class Knowledge(Protocol):
    """Searches the knowledge bases that the person who runs may read."""

    async def search(self, query: KnowledgeQuery) -> Mapping[str, Any]:
        """Give ``passages`` as JSON, the best first, each with its score and citation.

        Failures are `NodeFailure` with codes such as ``knowledge_missing``, ``knowledge_empty`` and ``embedding_failed``.
        """
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
    def knowledge(self) -> Knowledge:
        """The knowledge bases."""
        ...

    @property
    def sandbox(self) -> Sandbox:
        """Where user code runs."""
        ...

    @property
    def journal(self) -> Journal:
        """Of node types that journal: their recorded steps."""
        ...

    @property
    def toolbox(self) -> Toolbox:
        """Of agents: what they may call."""
        ...

    def limit(self, usd: float | None, tokens: int | None) -> None:
        """Let all model calls of this node run, its tools and its recorded steps keep to so much, within the run's budget."""

    @property
    def now(self) -> float:
        """The attempt's start in seconds since 1970: nodes read no clock of their own."""

    def emit(self, text: str) -> None:
        """Stream text to the viewers; not stored, replaced by the node's output."""

    def log(self, message: str, level: LogLevel = "info") -> None:
        """Write a line to the node's log."""

    async def evaluate(self, source: str, names: Mapping[str, Any] | None = None) -> Any:
        """Value of an expression (braces optional) with this node's names and any further ones."""
