"""The shapes of resuming."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from editor.api.http import ApiModel
from runs.api.forecast import ForecastOut
from runs.engine.foresee import Foreseen
from runs.engine.states import Kind
from runs.forecasts import Forecast
from runs.resume import Wish

What = Literal["run", "maybe", "reused", "cached", "pinned", "skipped", "left_out"]


class ResumeIn(ApiModel):
    """How to go on from an ended run."""

    kind: Literal["resume", "from_here", "only", "to_here"] = "resume"
    version: Annotated[int, Field(ge=1)] | Literal["same", "draft", "latest"] = Field(
        default="same", description="What to run: what ran, the draft, the latest version, or a version by its number."
    )
    node: Annotated[str, StringConstraints(max_length=1063)] = Field(
        default="",
        description="Which node, for parts of the graph: its id, or inside a map or loop the key of its node run "
        "(`each#3/work`), or a whole item or turn (`each#3/`).",
    )
    edits: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="By key of a node run and input port, values that take the place of those that arrive."
    )
    params: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="By node, all the params that it has in this run instead of its own. No draft changes."
    )
    idempotency_key: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None

    def wish(self) -> Wish:
        """Give it as the service takes it."""
        return Wish(Kind(self.kind), self.version, self.node, self.edits, self.params)


class ForeseenOut(BaseModel):
    """What will become of one node."""

    node: str
    what: What = Field(description="`maybe`: it runs unless what comes to it turns out as it was.")
    stale: bool = Field(description="Taken over although the node has changed since.")
    effect: Literal["pure", "idempotent", "unsafe"]
    cost_usd: float | None = Field(description="What it cost in the run before; null where nothing is known.")


class PreviewOut(BaseModel):
    """What a run would do, in topological order."""

    nodes: list[ForeseenOut]
    forecast: ForecastOut

    @classmethod
    def of(cls, foreseen: Iterable[Foreseen], likely: Forecast) -> Self:
        """Give what was foreseen."""
        nodes = [ForeseenOut.model_validate(one, from_attributes=True) for one in foreseen]
        return cls(nodes=nodes, forecast=ForecastOut.of(likely))
