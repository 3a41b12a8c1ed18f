"""What a run's socket says and hears, as a contract: tests hold each frame to it, and clients can be made from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from runs.api.schemas import RunOut

Seq = Annotated[int, Field(ge=0)]


class Frame(BaseModel):
    """Base of all frames: nothing is in them that is not told here."""

    model_config = ConfigDict(extra="forbid")


class EventFrame(Frame):
    """One numbered fact. `data` is what its kind calls for."""

    seq: Annotated[int, Field(ge=1)]
    at: datetime | float
    kind: str
    node: str | None
    data: dict[str, Any]


class EventsFrame(Frame):
    """Numbered facts, in order and without a gap."""

    kind: Literal["events"]
    events: list[EventFrame]


class SnapshotFrame(Frame):
    """The whole run as of an event."""

    kind: Literal["snapshot"]
    seq: Seq
    run: RunOut


class DeltaFrame(Frame):
    """Streamed text, which is not kept. `offset` shows a hole."""

    kind: Literal["delta"]
    node: str
    attempt: int
    offset: Annotated[int, Field(ge=0)]
    text: str


class PartFrame(Frame):
    """How far some items of a map are that several workers share."""

    kind: Literal["part"]
    node: str
    first: int
    done: int
    failed: int
    running: int
    is_over: bool


class HeartbeatFrame(Frame):
    """What there is. Whoever has less has missed something."""

    kind: Literal["heartbeat"]
    last_seq: Seq


class AckFrame(Frame):
    """The one frame that a client sends: what it has applied."""

    kind: Literal["ack"]
    seq: Seq


Said = Annotated[EventsFrame | SnapshotFrame | DeltaFrame | PartFrame | HeartbeatFrame, Field(discriminator="kind")]
SAID: TypeAdapter[Any] = TypeAdapter(Said)
HEARD: TypeAdapter[Any] = TypeAdapter(AckFrame)


def socket_contract() -> Mapping[str, Any]:
    """Give both directions as one JSON schema."""
    refs, schema = TypeAdapter.json_schemas(
        [("server", "serialization", SAID), ("client", "validation", HEARD)], title="The run socket"
    )
    sides = {"server": refs["server", "serialization"], "client": refs["client", "validation"]}
    return {**schema, "properties": sides}
