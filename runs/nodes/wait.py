"""Lets time pass, without holding a worker."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from editor.graph.context import NodeContext
from editor.graph.nodetype import NodeResult, NodeType, NodeWait, Params
from runs.nodes.faults import bad_input
from runs.nodes.fields import IN, OUT, param

LONGEST_SECONDS = 366 * 86_400


class WaitParams(Params):
    """How long, or until when."""

    seconds: float | None = param(
        None, kind="template", title="Seconds", help="How long to wait.", ge=0, le=LONGEST_SECONDS, placeholder="60"
    )
    until: str | None = param(
        None, kind="template", title="Until", help="Or a moment, as ISO 8601; without an offset it is UTC.",
        placeholder="2027-01-31T09:00:00+01:00",
    )  # fmt: skip


class Wait(NodeType):
    """Passes its input on when the time has come."""

    name = "wait"
    title = "Wait"
    help = "Waits for a time or until a moment, without holding a worker."
    category = "flow"
    icon = "timer"
    params = WaitParams
    inputs = (IN,)
    outputs = (OUT,)
    summary = "{seconds} s {until}"

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """One of the two is needed, and not both."""
        given = [name for name in ("seconds", "until") if params.get(name) not in (None, "")]
        if len(given) != 1:
            yield "seconds", "Give either seconds or until."

    async def run(self, ctx: NodeContext, params: WaitParams, inputs: Mapping[str, Any]) -> NodeResult | NodeWait:
        """Ask to go on later; a moment that has passed is no wait at all."""
        seconds = params.seconds if not params.until else moment(params.until) - ctx.now
        then = NodeResult(inputs.get("in"))
        if seconds is None or seconds <= 0:
            return then
        if seconds > LONGEST_SECONDS:
            raise bad_input("The moment to wait for is more than a year away.", param="until")
        return NodeWait(seconds, then)


def moment(text: str) -> float:
    """Read a moment, in seconds since 1970."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise bad_input(
            f"{text[:80]!r} is no moment that a clock knows.", hint="Write it as 2027-01-31T09:00:00+01:00.", param="until"
        ) from None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
