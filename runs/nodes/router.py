"""Chooses the way by rules, in order, and says which rule decided."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from editor.graph.context import NodeContext
from editor.graph.faults import NodeFailure
from editor.graph.nodetype import Expression, NodeResult, NodeType, Params, Port, PortsFromParam
from runs.nodes.faults import with_param
from runs.nodes.fields import IN, param, taken

RESERVED_PORTS = frozenset({"else", "error"})


class RouterCase(Params):
    """One way out, and when it is taken."""

    port: str = param(..., kind="raw", title="Port", help="Names the way out.", min_length=1, max_length=60)
    when: Expression = param(
        ..., kind="expression", title="When", help="An expression; the case matches when it holds.",
        placeholder="classify.category == 'billing'", max_length=4096,
    )  # fmt: skip
    label: str = param("", kind="raw", title="Label", help="What the canvas shows; the port's name if empty.")


class RouterParams(Params):
    """The rules, in the order in which they are tried."""

    cases: tuple[RouterCase, ...] = param((), kind="cases", title="Cases", help="Tried from top to bottom; none: else.")
    match: Literal["first", "all"] = param(
        "first", kind="template", title="Match", help="Take the first case that holds, or every case that holds."
    )


class Router(NodeType):
    """Passes its input on through the ports of the cases that hold."""

    name = "router"
    title = "Router"
    help = "Sends the value down the first case that holds, or down all of them."
    category = "flow"
    icon = "split"
    params = RouterParams
    inputs = (IN,)
    outputs = (PortsFromParam("cases", "port"), Port("else", "any", "Else"))
    summary = "{match} of {cases}"
    inline = True

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Find ports that share a name or take one that is spoken for."""
        cases = params.get("cases")
        seen: set[str] = set()
        for index, case in enumerate(cases if isinstance(cases, (list, tuple)) else ()):
            port = case.get("port") if isinstance(case, Mapping) else None
            if not isinstance(port, str):
                continue
            if port in RESERVED_PORTS:
                yield f"cases.{index}.port", f"The port {port} is spoken for. Choose another name."
            elif port in seen:
                yield f"cases.{index}.port", f"Two cases lead to port {port}. Join their expressions with or, or rename one."
            seen.add(port)

    async def run(self, ctx: NodeContext, params: RouterParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Try the cases; the details keep what each expression came to."""
        tried: list[dict[str, Any]] = []
        chosen: list[str] = []
        for index, case in enumerate(params.cases):
            value = await _evaluate(ctx, case, index)
            tried.append({"port": case.port, "when": case.when, "value": value, "holds": bool(value)})
            if value:
                chosen.append(case.port)
                if params.match == "first":
                    break
        ports = tuple(chosen) or ("else",)
        return NodeResult(taken(inputs), ports, details={"chosen": list(ports), "cases": tried})


async def _evaluate(ctx: NodeContext, case: RouterCase, index: int) -> Any:
    try:
        return await ctx.evaluate(case.when)
    except NodeFailure as failure:
        raise with_param(failure, f"cases.{index}.when") from failure
