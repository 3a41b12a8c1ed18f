"""Runs a graph for each item of a list."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from editor.graph.context import NodeContext
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import NodeOpen, NodeType, Params
from editor.graph.plan import DEFAULT_CONCURRENCY, MapSpec, PlanScope
from runs.nodes.fields import IN, OUT, param

MOST_AT_ONCE = 1000
MOST_ITEMS = 100_000


class Tolerate(BaseModel):
    """So many failed items do not fail the map: a number, or a share such as ``10%``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tolerate: Annotated[int, Field(ge=0)] | Annotated[str, Field(pattern=r"^\d{1,3}(\.\d+)?%$")]


class MapParams(Params):
    """What is gone through, how wide, and what a failed item does."""

    items: Any = param("{{ input }}", kind="json", title="Items", help="The list to go through: by default what arrives here.")
    concurrency: int = param(
        DEFAULT_CONCURRENCY,
        kind="raw",
        title="At once",
        help="How many items are worked on at the same time.",
        ge=1,
        le=MOST_AT_ONCE,
    )
    on_item_error: Literal["fail", "collect", "skip"] | Tolerate = param(
        "fail",
        kind="item_errors",
        title="When an item fails",
        help="What takes its place in the results, and when the map fails.",
    )
    omit_empty: bool = param(
        False,
        kind="raw",
        title="Leave out empty results",
        help="Items without a result take no place in the list.",
        advanced=True,
    )
    on_failure: Literal["fail_fast", "continue"] = param(
        "fail_fast",
        kind="raw",
        title="Within an item",
        help="After a failure: stop the item's other branches, or let them finish.",
        advanced=True,
    )


class Map(NodeType):
    """Each item goes through the graph inside, some at a time; the results come in the order of the items."""

    name = "map"
    title = "Map"
    help = "Runs the graph inside for each item of a list."
    category = "flow"
    icon = "list-tree"
    params = MapParams
    inputs = (IN,)
    outputs = (OUT,)
    container = True
    names_inside = frozenset({"item", "index"})
    summary = "{items}"
    inline = True

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """A literal must be a list."""
        items = params.get("items")
        if items is not None and not isinstance(items, str | list):
            yield "items", "Items must be a list, or an expression that gives one."

    def spec(self, params: Mapping[str, Any], body: PlanScope, exits: tuple[tuple[str, str], ...]) -> MapSpec:
        """Read the raw params; none of them but the items may hold expressions."""
        given = MapParams.model_validate(params)
        tolerated, percent = tolerance(given.on_item_error)
        return MapSpec(
            body=body,
            concurrency=given.concurrency,
            tolerated=tolerated,
            tolerated_percent=percent,
            keeps_errors=given.on_item_error != "skip",
            omit_empty=given.omit_empty,
        )

    async def run(self, ctx: NodeContext, params: MapParams, inputs: Mapping[str, Any]) -> NodeOpen:
        """Say which items there are."""
        if not isinstance(params.items, list):
            kind = "nothing" if params.items is None else f"a value of type {type(params.items).__name__}"
            raise wrong_items(f"A map goes through a list, and got {kind}.", "Give items a list, such as {{ start.rows }}.")
        if len(params.items) > MOST_ITEMS:
            raise wrong_items(f"A map takes {MOST_ITEMS:,} items at most, and got {len(params.items):,}.", "Split the list.")
        return NodeOpen(params.items)


def wrong_items(message: str, hint: str) -> NodeFailure:
    """Refuse what a map cannot go through."""
    return NodeFailure(Fault("invalid_input", message, hint, data={"param": "items"}))


def tolerance(given: str | Tolerate) -> tuple[int | None, float | None]:
    """Give how many items may fail, and which share in percent.

    >>> tolerance("fail"), tolerance("collect"), tolerance(Tolerate(tolerate="12.5%"))
    ((0, None), (None, None), (None, 12.5))
    """
    if not isinstance(given, Tolerate):
        return (0 if given == "fail" else None), None
    if isinstance(given.tolerate, int):
        return given.tolerate, None
    return None, float(given.tolerate.removesuffix("%"))
