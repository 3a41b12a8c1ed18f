"""What a node type declares, and what its work answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from editor.graph.faults import NOTHING

if TYPE_CHECKING:
    from editor.graph.context import NodeContext
    from editor.graph.plan import ContainerSpec, PlanScope


class Effect(StrEnum):
    """What a second execution of the same attempt would do to the world."""

    PURE = "pure"
    IDEMPOTENT = "idempotent"
    UNSAFE = "unsafe"


Takes = Literal["single", "first", "list"]
"""How an input port takes values: one edge, the first of several, or a list in edge order."""


@dataclass(frozen=True, slots=True)
class Port:
    """A typed, named input or output of a node.

    Parameters
    ----------
    name : str
        The name that edges use.
    type : str
        One of `editor.graph.types.PORT_TYPES`.
    label : str
        What the canvas shows; empty to show the name.
    required : bool
        For inputs: without a taken edge here the node is skipped.
    takes : str
        For inputs: ``single``, ``first`` or ``list``.
    """

    name: str
    type: str = "any"
    label: str = ""
    required: bool = False
    takes: Takes = "single"


@dataclass(frozen=True, slots=True)
class PortsFromParam:
    """Ports that follow from a list param: one for each entry, named by the entry's field.

    This is data, so the browser and the server read the same rule: a router has
    ``PortsFromParam("cases", "port")`` followed by the port ``else``.
    """

    param: str
    field: str
    type: str = "any"

    def ports(self, params: Mapping[str, Any]) -> tuple[Port, ...]:
        """List the ports that raw params call for; malformed entries give none."""
        entries = params.get(self.param)
        if not isinstance(entries, list):
            return ()
        names = [e.get(self.field) for e in entries if isinstance(e, Mapping)]
        labels = [e.get("label", "") for e in entries if isinstance(e, Mapping)]
        return tuple(
            Port(name, self.type, label if isinstance(label, str) else "")
            for name, label in zip(names, labels, strict=True)
            if isinstance(name, str) and name
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """What a node run consumed: tokens in and out, and money in US dollars."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    model: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give the usage as the JSON object that rows and events carry."""
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cost_usd": self.cost_usd,
            "model": self.model,
        }


@dataclass(frozen=True, slots=True)
class NodeResult:
    """A node's work is done.

    Parameters
    ----------
    value : Any
        JSON: the node's output, as expressions see it and as its edges carry it.
    ports : tuple of str
        The output ports that fire. An empty tuple fires none.
    usage : Usage or None
        What it consumed.
    details : Mapping
        JSON that explains the work (the case that matched, the model that answered), shown and stored.
    """

    value: Any = None
    ports: tuple[str, ...] = ("out",)
    usage: Usage | None = None
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


APPROVAL = "approval"
"""The reason of waiting for a person."""
WEBHOOK = "webhook"
"""The reason of waiting for a call from outside."""


@dataclass(frozen=True, slots=True)
class NodeWait:
    """A node's work goes on later, without holding a thread: at a moment with this result, or with what somebody answers.

    Parameters
    ----------
    seconds : float or None
        From now; None to wait for an answer for ever.
    then : NodeResult
        What the node ends with when the time has come. While it waits for an answer, its value says what is asked.
    reason : str
        Shown while it waits. `APPROVAL` and `WEBHOOK` wait for an answer.
    """

    seconds: float | None
    then: NodeResult
    reason: str = "timer"


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of a loop that has ended.

    Parameters
    ----------
    index : int
        Its number, from 0 on.
    state : Any
        The state that it began with.
    result : Any
        The state after it: the result of its body.
    """

    index: int
    state: Any
    result: Any


@dataclass(frozen=True, slots=True)
class NodeOpen:
    """A container's graph may begin.

    Parameters
    ----------
    value : Any
        JSON that it works on: the items of a map, the state with which a loop begins.
    go_on : bool
        Of a loop: whether there is a first turn.
    """

    value: Any
    go_on: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a loop's expressions say after a turn.

    Parameters
    ----------
    until : bool
        Whether the loop has reached what it was for.
    go_on : bool
        Whether another turn may follow.
    score : float or None
        How good the turn was.
    """

    until: bool = False
    go_on: bool = True
    score: float | None = None


class Params(BaseModel):
    """Base of every node type's params: closed, so that a misspelt param is a problem and not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def ui(kind: str, **more: Any) -> Any:
    """Say how the inspector edits a param: a pydantic `Field` extra read from the JSON Schema.

    Parameters
    ----------
    kind : str
        ``template`` (filled in before the work: text, or ``{{ }}`` in the place of a value of any type), ``long_template``,
        ``expression`` (braces optional), ``python``, ``raw`` (as written), ``json`` (any JSON, templates inside at any
        depth), ``model``, ``json_schema``, ``fields`` (rows of start), ``cases`` (rows of a router; ``by="description"``
        where a model chooses), ``criteria`` (of an evaluation), ``pairs`` (names to templates), ``item_errors`` (of a map),
        ``buttons`` (of an approval), ``workflow`` (which one to run), ``hidden``.
    **more
        Further hints: ``placeholder``, ``rows``, ``advanced=True`` (folded away).

    Returns
    -------
    Any
        A pydantic field info with ``x-ui`` in its JSON Schema.
    """
    return Field(json_schema_extra={"x-ui": {"kind": kind, **more}})


Template = Annotated[str, ui("template")]
LongTemplate = Annotated[str, ui("long_template")]
Expression = Annotated[str, ui("expression")]
"""Python source with or without braces; its value is what `NodeContext.evaluate` gives."""
Raw = Annotated[str, ui("raw")]

UNTOUCHED_KINDS = frozenset(
    {
        "expression",
        "python",
        "raw",
        "json_schema",
        "fields",
        "cases",
        "criteria",
        "item_errors",
        "buttons",
        "workflow",
        "credential",
    }
)
"""Kinds whose strings are handed to the node as written, not resolved as templates."""


class NodeType:
    """Base of every node type. A type is one module: its declaration, its params, its work.

    Subclasses set the class variables and override `run`. They reach the world only through the context.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    title: ClassVar[str]
    help: ClassVar[str]
    """One line for palette and inspector."""
    category: ClassVar[str]
    """``io``, ``ai``, ``flow``, ``data``, ``net`` or ``note``."""
    icon: ClassVar[str]
    """A lucide icon name in kebab-case."""
    effect: ClassVar[Effect] = Effect.PURE
    params: ClassVar[type[Params]] = Params
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"),)
    outputs: ClassVar[tuple[Port | PortsFromParam, ...]] = (Port("out"),)
    summary: ClassVar[str] = ""
    """What the canvas shows on the node: text with ``{param}`` places, for example ``{method} {url}``."""
    executable: ClassVar[bool] = True
    """False for annotations such as notes."""
    container: ClassVar[bool] = False
    """True when other nodes may sit inside it, as its own graph."""
    names_inside: ClassVar[frozenset[str]] = frozenset()
    """Of containers: the names that expressions inside see beside those of nodes."""
    params_from_inside: ClassVar[frozenset[str]] = frozenset()
    """Of containers: params that are evaluated after a turn and see the nodes of its graph."""
    names_in_params: ClassVar[Mapping[str, frozenset[str]]] = NOTHING
    """By param: names that its expressions see beside those of nodes, because the work gives them."""
    leaves: ClassVar[str] = ""
    """The type of container that this one leaves by the port named in its param ``port``; empty for all others."""
    calls: ClassVar[bool] = False
    """True when it runs another workflow, named by its params ``workflow`` and ``version``."""
    tool: ClassVar[bool] = False
    """True when an agent may call it: an edge from its port ``tool`` leads to the agent's port ``tools``."""
    journals: ClassVar[bool] = False
    """True when its work is a sequence of recorded steps, and goes on after the last one wherever it is done again."""
    inline: ClassVar[bool] = False
    """True when the work takes microseconds and awaits nothing: it is then fused into the driver's tick."""
    reads_run: ClassVar[bool] = False
    """True when the work looks at ``run`` without an expression that says so: its result then depends on the run's input."""
    default_timeout_seconds: ClassVar[float | None] = None
    default_retry: ClassVar[Mapping[str, Any] | None] = None
    """A retry policy for documents that set none."""

    def output_ports(self, params: Mapping[str, Any]) -> tuple[Port, ...]:
        """List the output ports that raw params call for, in order, without the ``error`` port."""
        ports: list[Port] = []
        for entry in self.outputs:
            ports.extend(entry.ports(self._with_default(params, entry.param)) if isinstance(entry, PortsFromParam) else (entry,))
        return tuple(ports)

    def _with_default(self, params: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """Add the default rows of a param that is not given, as raw params."""
        field = self.params.model_fields.get(name)
        if field is None or name in params:
            return params
        rows = field.get_default(call_default_factory=True) or ()
        return {**params, name: [row.model_dump() if isinstance(row, BaseModel) else row for row in rows]}

    def input_ports(self, params: Mapping[str, Any]) -> tuple[Port, ...]:
        """List the input ports that raw params call for, in order."""
        return self.inputs

    def effect_for(self, params: Mapping[str, Any]) -> Effect:
        """Say the effect of a node with these raw params, for types where it depends on them."""
        return self.effect

    def repeats(self, params: Mapping[str, Any]) -> bool:
        """Say whether equal work gives equal results, with these raw params: else a cache needs to be asked for twice."""
        return True

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Yield (param path, sentence) for mistakes that the schema cannot express. Runs nothing, calls nothing."""
        return ()

    def spec(self, params: Mapping[str, Any], body: "PlanScope", exits: tuple[tuple[str, str], ...]) -> "ContainerSpec":
        """Say how a container with these raw params runs its graph.

        Parameters
        ----------
        params : Mapping
            Raw params without problems.
        body : PlanScope
            Its graph.
        exits : tuple of (str, str)
            The nodes inside that leave it, with the ports they leave by, in topological order.

        Returns
        -------
        ContainerSpec
        """
        raise NotImplementedError

    async def judge(self, ctx: "NodeContext", params: Mapping[str, Any], turn: Turn) -> Verdict:
        """Judge a turn of a loop.

        Parameters
        ----------
        ctx : NodeContext
            Its names are those of the turn.
        params : Mapping
            Raw params: what is evaluated here is not resolved before.
        turn : Turn
            The turn that has ended.

        Returns
        -------
        Verdict
        """
        raise NotImplementedError

    async def run(self, ctx: "NodeContext", params: Any, inputs: Mapping[str, Any]) -> NodeResult | NodeWait | NodeOpen:
        """Do the node's work.

        Parameters
        ----------
        ctx : NodeContext
            All that a node may ask of the world.
        params : Params
            The params with their templates resolved, validated by `params`.
        inputs : Mapping
            The taken values by input port; an absent optional port is absent.

        Returns
        -------
        NodeResult, NodeWait or, of containers, NodeOpen

        Raises
        ------
        NodeFailure
            To fail the attempt with a fault.
        """
        raise NotImplementedError
