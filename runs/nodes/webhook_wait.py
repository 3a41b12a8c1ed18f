"""Waits for a call from outside, and goes on with what it brings."""

from collections.abc import Mapping
from typing import Any

from editor.graph.context import NodeContext
from editor.graph.nodetype import WEBHOOK, NodeResult, NodeType, NodeWait, Params, Port
from runs.nodes.fields import IN, param, taken

LONGEST_SECONDS = 366 * 86_400


class WebhookWaitParams(Params):
    """How long to wait."""

    timeout_seconds: float | None = param(
        None, kind="template", title="Called within, seconds", help="Then it goes on at the port timeout; empty: no limit.",
        gt=0, le=LONGEST_SECONDS, placeholder="86400",
    )  # fmt: skip


class WebhookWait(NodeType):
    """Nodes before it hand its address out, as ``run.wait_urls.<its id>``; the first POST to it is taken, and no other."""

    name = "webhook_wait"
    title = "Wait for a call"
    help = "Waits until somebody posts to an address that is good for one call: nodes before it find it in run.wait_urls."
    category = "flow"
    icon = "webhook"
    params = WebhookWaitParams
    inputs = (IN,)
    outputs = (Port("out", "object", "Called"), Port("timeout", "any", "Not called"))
    reads_run = True

    async def run(self, ctx: NodeContext, params: WebhookWaitParams, inputs: Mapping[str, Any]) -> NodeWait:
        """Wait, and say where."""
        url = ctx.names["run"]["wait_urls"].get(ctx.node_id, "")
        waiting = {"body": None, "query": {}, "input": taken(inputs), "url": url}
        return NodeWait(params.timeout_seconds, NodeResult(waiting, ports=("timeout",)), WEBHOOK)
