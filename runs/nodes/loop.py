"""Repeats a graph, turn after turn."""

import math
from collections.abc import Mapping
from typing import Any, Literal

from editor.graph.context import NodeContext
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import NodeOpen, NodeType, Params, Port, Turn, Verdict
from editor.graph.plan import DEFAULT_MAX_ITERATIONS, LoopSpec, PlanScope
from runs.nodes.fields import IN, OUT, param

MOST_TURNS = 10_000


class LoopParams(Params):
    """Where it begins, how it goes on, when it ends."""

    initial: Any = param(
        "{{ input }}", kind="json", title="Begin with", help="The state of the first turn; each turn's result is the next one's."
    )
    until: str | None = param(
        None,
        kind="expression",
        title="Until",
        help="Ends the loop when it holds after a turn. Sees the nodes inside, and loop.result.",
        placeholder="check.score >= 0.8",
    )
    while_: str | None = param(
        None,
        kind="expression",
        title="While",
        help="Another turn begins only while it holds; also asked before the first one.",
        placeholder="loop.index < 3",
        alias="while",
        advanced=True,
    )
    max_iterations: int = param(
        DEFAULT_MAX_ITERATIONS, kind="raw", title="Turns at most", help="The loop never takes more.", ge=1, le=MOST_TURNS
    )
    on_limit: Literal["fail", "best"] = param(
        "fail", kind="raw", title="At the limit", help="Fail, or end with the turn that has the highest score."
    )
    score: str | None = param(
        None,
        kind="expression",
        title="Score",
        help="A number for each turn: how good it was.",
        placeholder="check.score",
    )
    on_failure: Literal["fail_fast", "continue"] = param(
        "fail_fast",
        kind="raw",
        title="Within a turn",
        help="After a failure: stop the turn's other branches, or let them finish.",
        advanced=True,
    )


class Loop(NodeType):
    """Runs the graph inside again and again; each turn begins with the result of the one before."""

    name = "loop"
    title = "Loop"
    help = "Repeats the graph inside until an expression holds."
    category = "flow"
    icon = "repeat"
    params = LoopParams
    inputs = (IN,)
    outputs = (OUT, Port("limit", "any", "At the limit"))
    container = True
    names_inside = frozenset({"loop"})
    params_from_inside = frozenset({"until", "while", "score"})
    summary = "{until}"
    inline = True

    def spec(self, params: Mapping[str, Any], body: PlanScope, exits: tuple[tuple[str, str], ...]) -> LoopSpec:
        """Read the raw params; limits hold no expressions."""
        given = LoopParams.model_validate(params)
        is_judged = any((given.until, given.while_, given.score))
        return LoopSpec(body, given.max_iterations, given.on_limit, is_judged, exits)

    async def run(self, ctx: NodeContext, params: LoopParams, inputs: Mapping[str, Any]) -> NodeOpen:
        """Say where it begins, and whether there is a first turn."""
        names = {"loop": {"index": 0, "state": params.initial}}
        return NodeOpen(params.initial, not params.while_ or bool(await ctx.evaluate(params.while_, names)))

    async def judge(self, ctx: NodeContext, params: Mapping[str, Any], turn: Turn) -> Verdict:
        """Ask the expressions about a turn; the condition for the next one only where there may be a next one."""
        names = {"loop": {"index": turn.index, "state": turn.state, "result": turn.result}}
        score = await _score(ctx, str(params["score"]), names) if params.get("score") else None
        if params.get("until") and await ctx.evaluate(str(params["until"]), names):
            return Verdict(until=True, score=score)
        if not params.get("while"):
            return Verdict(score=score)
        following = {"loop": {"index": turn.index + 1, "state": turn.result}}
        return Verdict(go_on=bool(await ctx.evaluate(str(params["while"]), following)), score=score)


async def _score(ctx: NodeContext, source: str, names: Mapping[str, Any]) -> float:
    """Evaluate how good a turn was."""
    value = await ctx.evaluate(source, names)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        hint = "Let score come to a number, such as check.score."
        raise NodeFailure(Fault("expression_error", "The score of a turn is no number.", hint, data={"param": "score"}))
    return float(value)
