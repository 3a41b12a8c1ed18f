"""What one attempt of one node may use: the services of this process, bound to one place in one run."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from editor.graph.context import (
    HttpClient,
    Journal,
    Knowledge,
    KnowledgeQuery,
    LlmClient,
    LlmReply,
    LlmRequest,
    LogLevel,
    Sandbox,
    TextSink,
    Toolbox,
)
from editor.graph.faults import NOTHING, Fault, NodeFailure
from editor.graph.ids import NodeKey, split_key
from editor.graph.nodetype import Turn, Usage
from editor.graph.plan import Plan, PlanNode, PlanTool
from editor.graph.template import is_plain_path, look_up, without_braces
from runs.accounts import NOBODY, NOBODYS, Accounts, AuthorisedHttp, NoAccounts, Payer, Wallet
from runs.budget import AGENT, Limits, RunBudget
from runs.call_records import CallRecords, Record, keep_no_call
from runs.outcomes import Launch
from runs.steps import Records, RunJournal
from runs.toolbox import Do, RunToolbox

DEFAULT_MAX_VALUE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a node may know of the run it belongs to."""

    id: str
    workflow: Mapping[str, Any]
    input: Mapping[str, Any]
    started_at: str
    base_url: str = ""
    lineage_id: str = ""
    wait_urls: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """Where others call to let nodes go on that wait for it, by node id."""
    depth: int = 0
    """Runs that started one another to get here."""
    started_by: str = ""
    """The id of the person for whom it runs: their credentials are used, and those of the workflow's team."""
    team: str = ""
    """The id of the team whose workflow it is."""

    @property
    def payer(self) -> Payer:
        """As whom it calls out. Without a person there is nobody whose right to a team's credentials could be checked."""
        return Payer(self.started_by, self.team) if self.started_by else NOBODY


class KnowledgeSource(Protocol):
    """Gives a run its view of the knowledge bases."""

    def of_run(self, run_id: str) -> Knowledge:
        """Give the bases that the person who started the run may read."""
        ...


class NoKnowledge:
    """Stands where there is no installation: `manage.py run_graph` has no database."""

    def of_run(self, run_id: str) -> Knowledge:
        """Give what finds nothing, and says so."""
        return self

    async def search(self, query: KnowledgeQuery) -> Mapping[str, Any]:
        """Refuse."""
        hint = "Run the workflow in the app, or stand in for this node with --mock."
        raise NodeFailure(Fault("knowledge_missing", "There are no knowledge bases here.", hint=hint))


class Children(Protocol):
    """Where the runs are that an agent starts by a tool."""

    async def begin(self, parent: str, key: str, run_id: str, launch: Callable[[], Launch]) -> None:
        """Start a run; where it is there already, nothing is asked and nothing happens."""

    async def end(self, parent: str, run_id: str) -> Mapping[str, Any]:
        """Wait for the end of a run, and give its output. Raises `NodeFailure`."""


class NoChildren:
    """Stands where there is no installation."""

    async def begin(self, parent: str, key: str, run_id: str, launch: Callable[[], Launch]) -> None:
        """Refuse."""
        hint = "Run the workflow in the app, or stand in for this node with --mock."
        raise NodeFailure(Fault("graph_invalid", "There are no other workflows here.", hint=hint))

    async def end(self, parent: str, run_id: str) -> Mapping[str, Any]:
        """Give nothing: none begins."""
        return {}


@dataclass(frozen=True, slots=True)
class Services:
    """The world outside, as far as this process lets nodes reach it."""

    llm: LlmClient
    http: HttpClient
    sandbox: Sandbox
    knowledge: KnowledgeSource = field(default_factory=NoKnowledge)
    max_value_bytes: int = DEFAULT_MAX_VALUE_BYTES
    accounts: Accounts = field(default_factory=NoAccounts)
    children: Children = field(default_factory=NoChildren)

    async def close(self) -> None:
        """Give back what the services hold: connections, sandbox processes, the local model."""
        for service in (self.llm, self.http, self.sandbox):
            close = getattr(service, "close", None)
            if close is not None:
                await close()


def _drop_text(text: str) -> None:
    """Take text that nobody watches."""


def _drop_log(level: str, message: str) -> None:
    """Take a log line that nobody keeps."""


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt of one node run, with all it needs. `inputs` and `names` are as `runs.engine.inputs` gives them."""

    node: PlanNode
    key: str
    attempt: int
    inputs: Mapping[str, Any]
    names: Mapping[str, Any]
    run: RunInfo
    at: float
    emit: TextSink = _drop_text
    log: Callable[[str, str], None] = _drop_log
    sources: Mapping[str, Sequence[str]] = field(default_factory=lambda: NOTHING)
    turn: Turn | None = None
    """Of a loop at work: the turn that is to be judged."""
    budget: RunBudget | None = None
    """What the run may spend."""
    called: Plan | None = None
    """Of a call: the plan of the called workflow; None where it cannot be run."""
    records: Records = field(default_factory=Records)
    """Of an agent: the steps that it has taken, and those of the agents that it asked."""
    toolbox: Mapping[str, PlanTool] = field(default_factory=lambda: NOTHING)
    """What the agents of its workflow may call, by name."""
    record: Record = keep_no_call
    """Of all but agents: where the records of its calls of models go."""


class MeteredLlm:
    """Counts what an attempt consumed, so that a failed attempt is paid for as well, and keeps to the run's budget.

    What a request says of its model is resolved here, at the moment of the call: a role, and whose key it is.
    """

    __slots__ = ("_client", "_is_kept", "_records", "_wallet", "budget", "total")

    def __init__(
        self,
        client: LlmClient,
        budget: RunBudget | None = None,
        wallet: Wallet = NOBODYS,
        *,
        is_kept: bool = False,
        records: CallRecords | None = None,
    ) -> None:
        self._client = client
        self._records = records
        self._wallet = wallet
        self._is_kept = is_kept
        self.budget = budget
        self.total: Usage | None = None
        """Nothing where each call is recorded by itself, as `is_kept` says."""

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Say what a call may take at most."""
        return await self._client.estimate(await self._wallet.for_model(request))

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Call the model and add its usage to the attempt's. Under a budget, only what fits is called."""
        budget = self.budget
        request = await self._wallet.for_model(request if budget is None else budget.redirected(request))
        if budget is None:
            return self._counted(await self._call(request, on_text))
        budget.begin()
        if budget.is_open:
            return self._counted(await self._call(request, on_text), budget)
        request, need = await self._client.estimate(request)
        reserved = await budget.reserve(request, need)
        used: Usage | None = None
        try:
            reply = await self._call(request, on_text)
            used = reply.usage
        finally:
            budget.settle(reserved, used)
        return self._counted(reply)

    async def _call(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Make a call, and record what came of it."""
        records = self._records
        if records is None:
            return await self._client.complete(request, on_text)
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            reply = await self._client.complete(request, on_text)
        except NodeFailure as failure:
            records.failed(request, failure.fault, clock() - began)
            raise
        except asyncio.CancelledError:
            records.failed(request, stopped(request.model), clock() - began)
            raise
        records.answered(request, reply, clock() - began)
        return reply

    def _counted(self, reply: LlmReply, budget: RunBudget | None = None) -> LlmReply:
        if not self._is_kept:
            self.total = reply.usage if self.total is None else add_usage(self.total, reply.usage)
        if budget is not None:
            budget.count(reply.usage)
        return reply


def stopped(model: str) -> Fault:
    """Say that a call was given up: the time of its node was over, or its run was stopped."""
    return Fault("cancelled", f"The call of {model} was stopped before its answer was whole.", "What came is not used.")


def add_usage(a: Usage, b: Usage) -> Usage:
    """Sum two usages; the later model gives the name."""
    return Usage(a.input_tokens + b.input_tokens, a.output_tokens + b.output_tokens, a.cost_usd + b.cost_usd, b.model or a.model)


class Context:
    """The `NodeContext` of one attempt. Cheap to make: a run of cheap nodes makes one each."""

    __slots__ = ("_do", "_services", "_work", "meter")

    def __init__(self, work: Work, services: Services, do: Do | None = None) -> None:
        self._work = work
        self._services = services
        self._do = do
        wallet = Wallet(services.accounts, work.run.payer)
        is_kept = work.node.journals
        records = None if is_kept or work.record is keep_no_call else CallRecords(work.attempt, work.record)
        self.meter = MeteredLlm(services.llm, work.budget, wallet, is_kept=is_kept, records=records)

    @property
    def llm(self) -> LlmClient:
        return self.meter

    @property
    def now(self) -> float:
        return self._work.at

    @property
    def run_id(self) -> str:
        return self._work.run.id

    @property
    def node_id(self) -> str:
        return self._work.node.id

    @property
    def node_key(self) -> str:
        return self._work.key

    @property
    def attempt(self) -> int:
        return self._work.attempt

    @property
    def is_last_attempt(self) -> bool:
        return self._work.attempt >= self._work.node.retry.max_attempts

    @property
    def names(self) -> Mapping[str, Any]:
        return self._work.names

    @property
    def sources(self) -> Mapping[str, Sequence[str]]:
        return self._work.sources

    @property
    def http(self) -> HttpClient:
        return AuthorisedHttp(self._services.http, Wallet(self._services.accounts, self._work.run.payer))

    @property
    def knowledge(self) -> Knowledge:
        """As whoever started the run may read them."""
        return self._services.knowledge.of_run(self._work.run.id)

    @property
    def sandbox(self) -> Sandbox:
        return self._services.sandbox

    @property
    def journal(self) -> Journal:
        return RunJournal(self._work.records, self._work.key)

    @property
    def toolbox(self) -> Toolbox:
        if self._do is None:
            raise TypeError("This node runs where no tools are.")
        return RunToolbox(self._work, self._do, self._within)

    def _within(self, work: Work) -> Work:
        """Let the work of a tool keep to what its agent may spend, and say in its log who called it."""
        name, log = work.node.id, self._work.log
        return replace(
            work,
            names=Layered(work.names, self._work.names),
            budget=self.meter.budget,
            emit=_drop_text,
            log=lambda level, message: log(level, f"{name}: {message}"),
            sources=NOTHING,
        )

    def limit(self, usd: float | None, tokens: int | None) -> None:
        """Keep to so much from now on, within the budget around."""
        if usd is not None or tokens is not None:
            spent = self._work.records.used(self._work.key)
            self.meter.budget = RunBudget(Limits(usd, tokens, asks=False), spent, around=self._work.budget)
            self.meter.budget.whose = AGENT

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt and owner of this node run, so that the other side can tell a repeat."""
        scope, node = split_key(NodeKey(self._work.key))
        lineage = self._work.run.lineage_id or self._work.run.id
        return hashlib.sha256(f"{lineage}\n{scope}\n{node}".encode()).hexdigest()

    def emit(self, text: str) -> None:
        self._work.emit(text)

    def log(self, message: str, level: LogLevel = "info") -> None:
        self._work.log(level, message)

    async def evaluate(self, source: str, names: Mapping[str, Any] | None = None) -> Any:
        """Value of an expression: a plain path here, anything else in the sandbox."""
        known = self._work.names if names is None else Layered(names, self._work.names)
        inner = without_braces(source)
        if is_plain_path(inner):
            return look_up(inner, known)
        return await self._services.sandbox.evaluate(inner, known)


class Layered(Mapping[str, Any]):
    """Further names in front of a node's own."""

    __slots__ = ("_back", "_front")

    def __init__(self, front: Mapping[str, Any], back: Mapping[str, Any]) -> None:
        self._front = front
        self._back = back

    def __getitem__(self, name: str) -> Any:
        return self._front[name] if name in self._front else self._back[name]

    def __iter__(self) -> Any:
        yield from self._front
        yield from (name for name in self._back if name not in self._front)

    def __len__(self) -> int:
        return sum(1 for _ in self)
