"""Where a run begins: its input, described by fields that also make the run form."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from editor.graph.context import NodeContext
from editor.graph.nodetype import NodeResult, NodeType, Params, Port
from runs.nodes.fields import param

FieldType = Literal["text", "long_text", "number", "boolean", "choice", "object", "list", "file"]


class StartField(Params):
    """One field of the run's input."""

    name: str = param(..., kind="raw", title="Name", help="Used in expressions.", min_length=1, max_length=100)
    label: str = param("", kind="raw", title="Label", help="What the run form shows; the name if empty.")
    type: FieldType = param("text", kind="raw", title="Type")
    required: bool = param(False, kind="raw", title="Required")
    default: Any = param(None, kind="raw", title="Default", help="Used when the field is left out.")
    choices: tuple[str, ...] = param((), kind="raw", title="Choices", help="For a choice: what may be chosen.")
    help: str = param("", kind="raw", title="Help", help="A sentence under the field in the run form.")


class StartParams(Params):
    """What a run of this workflow takes."""

    fields: tuple[StartField, ...] = param(
        (), kind="fields", title="Fields", help="What a run needs to begin. They make the run form and the API's input."
    )
    allow_extra: bool = param(
        False, kind="raw", title="Allow further keys", help="Accept input keys that are not listed here.", advanced=True
    )


class Start(NodeType):
    """The run's input as one object."""

    name = "start"
    title = "Start"
    help = "Begins the run with the fields you describe."
    category = "io"
    icon = "play"
    params = StartParams
    inputs = ()
    reads_run = True
    outputs = (Port("out", "object", "Input of the run"),)
    inline = True

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Find fields that share a name, and choices without anything to choose from."""
        yield from check_fields(params.get("fields"))

    async def run(self, ctx: NodeContext, params: StartParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Answer the run's input; fields that were left out have their default."""
        given: Mapping[str, Any] = ctx.names["run"]["input"]
        return NodeResult({**defaults(params), **given})


def check_fields(fields: Any) -> Iterable[tuple[str, str]]:
    """Find fields that share a name, and choices without anything to choose from, in raw params."""
    seen: set[str] = set()
    for index, field in enumerate(fields if isinstance(fields, (list, tuple)) else ()):
        if not isinstance(field, Mapping):
            continue
        name = str(field.get("name", ""))
        if name in seen:
            yield f"fields.{index}.name", f"Two fields are called {name}. Rename one."
        seen.add(name)
        if field.get("type") == "choice" and not field.get("choices"):
            yield f"fields.{index}.choices", f"Field {name} is a choice without choices. List at least one."


def defaults(params: StartParams) -> dict[str, Any]:
    """The fields that have a default, with it."""
    return {field.name: field.default for field in params.fields if field.default is not None}


def read_input(params: StartParams, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Check a run's input against the fields: the input with its defaults, and a sentence for each key that is wrong."""
    value = {**defaults(params), **given}
    wrong: dict[str, str] = {}
    for field in params.fields:
        if value.get(field.name) is None:
            if field.required:
                wrong[field.name] = "This field is required."
        else:
            sentence = _mismatch(field, value[field.name])
            if sentence:
                wrong[field.name] = sentence
    if not params.allow_extra:
        known = {field.name for field in params.fields}
        wrong.update({key: "The workflow has no such field." for key in value if key not in known})
    return value, wrong


_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "long_text": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "choice": (str,),
    "object": (dict,),
    "list": (list,),
    "file": (dict, str),
}


def _mismatch(field: StartField, value: Any) -> str:
    right = isinstance(value, _PYTHON_TYPES[field.type]) and (field.type == "boolean" or not isinstance(value, bool))
    if not right:
        return f"This must be {_NAMED[field.type]}."
    if field.type == "choice" and value not in field.choices:
        return f"This must be one of: {', '.join(field.choices)}."
    return ""


_NAMED: Mapping[str, str] = {
    "text": "text",
    "long_text": "text",
    "number": "a number",
    "boolean": "true or false",
    "choice": "text",
    "object": "an object",
    "list": "a list",
    "file": "a file",
}
