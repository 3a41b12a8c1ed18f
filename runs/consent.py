"""What a person is asked before an agent calls a tool, and what they may change."""

from collections.abc import Mapping
from typing import Any

from editor.graph.context import Step
from editor.graph.plan import PlanTool

FIELD_TYPES: Mapping[str, str] = {
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "object": "object",
    "array": "list",
}
SHORT_TEXT = 80
ALL = "arguments"
NOTE = "note"


class Question(Exception):
    """An agent cannot go on until somebody has answered. `value` says what is asked, and about which step."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        super().__init__("somebody is asked")
        self.value = value


def question(key: str, step: Step) -> Question:
    """Ask about a step that waits."""
    return Question({"request": step.output["request"], "step": {"key": key, "idx": step.idx}})


def card(agent: str, name: str, tool: PlanTool, args: Mapping[str, Any]) -> dict[str, Any]:
    """Make the card that shows the arguments of a call, which may be changed."""
    note = {"name": NOTE, "label": "Note to the agent", "type": "text", "help": "Told to it when you do not allow the call."}
    fields = _fields(tool, args)
    return {
        "message": f"“{agent}” wants to call {name}: {tool.description}",
        "fields": fields if any(one["name"] == NOTE for one in fields) else [*fields, note],
        "buttons": [{"port": "approve", "label": "Allow the call"}, {"port": "reject", "label": "Do not allow"}],
    }


def _fields(tool: PlanTool, args: Mapping[str, Any]) -> list[dict[str, Any]]:
    properties = tool.parameters.get("properties")
    if not isinstance(properties, Mapping):
        properties = {}
    names = list(properties)
    if not names or any(not name.isidentifier() for name in names) or set(args) - set(names):
        return [{"name": ALL, "label": "Arguments", "type": "object", "default": dict(args)}]
    return [_field(name, properties[name], args.get(name)) for name in names]


def _field(name: str, schema: Any, value: Any) -> dict[str, Any]:
    told = schema if isinstance(schema, Mapping) else {}
    field: dict[str, Any] = {"name": name, "label": name, "help": str(told.get("description", ""))[:300], "default": value}
    choices = told.get("enum")
    if isinstance(choices, list) and choices and all(isinstance(one, str) for one in choices):
        return {**field, "type": "choice", "choices": choices}
    kind = FIELD_TYPES.get(str(told.get("type", "")))
    if kind is None:
        kind = "long_text" if isinstance(value, str) and len(value) > SHORT_TEXT else "text"
    if kind in ("text", "long_text") and not isinstance(value, str | None):
        kind = "object" if isinstance(value, Mapping) else "list" if isinstance(value, list) else kind
    return {**field, "type": kind}


def edited(tool: PlanTool, args: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the arguments as somebody left them; what was not shown stays."""
    if isinstance(values.get(ALL), Mapping) and ALL not in args:
        return dict(values[ALL])
    shown = tool.parameters.get("properties")
    names = shown if isinstance(shown, Mapping) else {}
    changed = {name: _whole(names[name], value) for name, value in values.items() if name in names and value is not None}
    return {**args, **changed}


def _whole(schema: Any, value: Any) -> Any:
    """Give a number that was typed as an integer where the schema wants one."""
    is_integer = isinstance(schema, Mapping) and schema.get("type") == "integer"
    return int(value) if is_integer and isinstance(value, float) and value.is_integer() else value
