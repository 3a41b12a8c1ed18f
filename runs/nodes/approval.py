"""Asks a person, and goes on with what they answer."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from editor.graph.context import NodeContext
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import APPROVAL, Effect, NodeResult, NodeType, NodeWait, Params, Port, PortsFromParam
from editor.graph.template import resolve
from runs.nodes.fields import IN, AsText, param, taken
from runs.nodes.start import StartField, check_fields

RESERVED_PORTS = frozenset({"timeout", "error"})
LONGEST_SECONDS = 366 * 86_400
SHORTEST_REMINDER = 60
MOST_PEOPLE = 50
SEPARATORS = re.compile(r"[,;\s]+")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class Button(Params):
    """One way to answer."""

    port: str = param(..., kind="raw", title="Port", help="Names the way out.", min_length=1, max_length=60)
    label: str = param("", kind="raw", title="Label", help="What the button says; the port's name if empty.")


USUAL = (Button(port="approve", label="Approve"), Button(port="reject", label="Reject"))


class ApprovalParams(Params):
    """What is asked, and how it can be answered."""

    message: AsText = param(
        "", kind="long_template", title="Message", help="What the person has to know to decide.",
        placeholder="Send this answer to {{ start.customer }}?",
    )  # fmt: skip
    fields: tuple[StartField, ...] = param(
        (), kind="fields", title="Fields", help="What may be changed before answering. A default may be an expression."
    )
    buttons: tuple[Button, ...] = param(
        USUAL, kind="buttons", title="Buttons", help="The ways to answer, each with a port.", min_length=1
    )
    who: AsText = param(
        "", kind="template", title="Who may answer",
        help="E-mail addresses of people here, with commas. Empty: whoever may edit the workflow. Its owner always may.",
        placeholder="{{ account.manager }}, ann@example.org",
    )  # fmt: skip
    remind_after_seconds: float | None = param(
        None, kind="template", title="Remind every, seconds", help="As long as nobody has answered; empty: never.",
        ge=SHORTEST_REMINDER, le=LONGEST_SECONDS, placeholder="3600",
    )  # fmt: skip
    escalate_after_seconds: float | None = param(
        None, kind="template", title="Escalate after, seconds", help="Then others may answer as well.",
        gt=0, le=LONGEST_SECONDS, placeholder="14400",
    )  # fmt: skip
    escalate_to: AsText = param(
        "", kind="template", title="Escalate to", help="E-mail addresses of people here, with commas.",
        placeholder="head@example.org",
    )  # fmt: skip
    timeout_seconds: float | None = param(
        None, kind="template", title="Answer within, seconds", help="Then it goes on at the port timeout; empty: no limit.",
        gt=0, le=LONGEST_SECONDS, placeholder="86400",
    )  # fmt: skip


class Approval(NodeType):
    """Waits for a person without holding a worker; the run can wait for days."""

    name = "approval"
    title = "Approval"
    help = "Asks a person, who may edit fields and answers with a button."
    category = "flow"
    icon = "user"
    effect = Effect.PURE
    params = ApprovalParams
    tool = True
    inputs = (IN,)
    outputs = (PortsFromParam("buttons", "port"), Port("timeout", "any", "Not answered"))
    summary = "{message}"

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Find buttons that share a port or take one that is spoken for, and fields that share a name."""
        yield from check_fields(params.get("fields"))
        if params.get("escalate_to") and not params.get("escalate_after_seconds"):
            yield "escalate_after_seconds", "Say when it is escalated, or leave out to whom."
        if params.get("escalate_after_seconds") and not params.get("escalate_to"):
            yield "escalate_to", "Say to whom it is escalated, or leave out when."
        seen: set[str] = set()
        buttons = params.get("buttons")
        for index, button in enumerate(buttons if isinstance(buttons, list | tuple) else ()):
            port = button.get("port") if isinstance(button, Mapping) else None
            if port in RESERVED_PORTS:
                yield f"buttons.{index}.port", f"The port {port} is spoken for. Choose another name."
            elif port in seen:
                yield f"buttons.{index}.port", f"Two buttons lead to port {port}. Rename one."
            seen.add(str(port))

    async def run(self, ctx: NodeContext, params: ApprovalParams, inputs: Mapping[str, Any]) -> NodeWait:
        """Ask. What stands in the fields at first may come from expressions."""
        fields = [{**field.model_dump(mode="json"), "default": await _filled(ctx, field)} for field in params.fields]
        request = {
            "message": params.message,
            "fields": fields,
            "buttons": [button.model_dump() for button in params.buttons],
            "who": people("who", params.who),
            "remind_seconds": params.remind_after_seconds,
            "escalate_seconds": params.escalate_after_seconds,
            "escalate_to": people("escalate_to", params.escalate_to),
        }
        first = {field["name"]: field["default"] for field in fields if field["default"] is not None}
        asked = {"answer": "timeout", "values": first, "by": None, "input": taken(inputs), "request": request}
        return NodeWait(params.timeout_seconds, NodeResult(asked, ports=("timeout",)), APPROVAL)


def people(param: str, text: str) -> list[str]:
    """Read e-mail addresses, each once and in small letters.

    >>> people("who", "Ann@example.org, bob@example.org,ann@example.org")
    ['ann@example.org', 'bob@example.org']
    """
    found = list(dict.fromkeys(part.strip().lower() for part in SEPARATORS.split(text) if part.strip()))
    wrong = [part for part in found if not ADDRESS.fullmatch(part)]
    if wrong:
        message = f"{wrong[0][:80]!r} is no e-mail address."
        raise NodeFailure(Fault("param_invalid", message, "Write addresses with commas between them.", data={"param": param}))
    if len(found) > MOST_PEOPLE:
        raise NodeFailure(Fault("param_invalid", f"More than {MOST_PEOPLE} people cannot be asked.", data={"param": param}))
    return found


async def _filled(ctx: NodeContext, field: StartField) -> Any:
    """Give what stands in a field at first."""
    return await resolve(field.default, ctx.names, ctx.sandbox.evaluate)
