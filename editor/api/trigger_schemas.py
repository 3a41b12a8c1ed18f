"""The shapes that go in and out of the triggers' routes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from editor.api.http import ApiModel
from editor.permissions import Actor
from editor.triggers import selectors
from editor.triggers.config import FormConfig, ScheduleConfig, WebhookConfig
from editor.triggers.models import Trigger
from editor.triggers.services import Made

Kind = Literal["webhook", "schedule", "form"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Number = Annotated[int, Field(ge=1, le=2_147_483_647)]
Rate = Annotated[int, Field(ge=1, le=6000)]
Active = Annotated[int, Field(ge=1, le=1000)]
JsonObject = dict[str, Any]


class TriggerIn(ApiModel):
    """A trigger to make."""

    kind: Kind
    name: Name = Field(examples=["Orders of the shop"])
    enabled: bool = True
    version: Number | None = Field(None, description="The version that is run; null for the latest published one.")
    rate_per_minute: Rate = 60
    most_active: Active = Field(10, description="How many of its runs may be under way at once.")
    config: JsonObject = Field(default_factory=dict, description="By kind: `WebhookConfig`, `ScheduleConfig` or `FormConfig`.")


class TriggerPatch(ApiModel):
    """What to change; what is left out stays, also inside `config`."""

    name: Name | None = None
    enabled: bool | None = None
    version: Number | None = None
    follows_latest: Literal[True] | None = Field(None, description="Run the latest published version again, not a pinned one.")
    rate_per_minute: Rate | None = None
    most_active: Active | None = None
    config: JsonObject | None = None

    def changes(self) -> JsonObject:
        """Give what is meant."""
        given = self.model_dump(exclude_none=True)
        if given.pop("follows_latest", None):
            given["version"] = None
        return given


class RotateIn(ApiModel):
    """What to make anew."""

    what: Literal["secret", "address"]


class PersonOut(BaseModel):
    """Somebody, as others see them."""

    id: int
    name: str


class DueTime(BaseModel):
    """A time that is due, in the schedule's own time zone."""

    at: datetime
    offset: str = Field(description="From UTC, as +02:00: it changes where clocks do.", examples=["+02:00"])
    local: str = Field(description="As the clock there shows it.", examples=["2026-03-29 03:00"])

    @classmethod
    def of(cls, moment: datetime) -> Self:
        text = moment.isoformat()
        return cls(at=moment, offset=text[-6:], local=f"{moment:%Y-%m-%d %H:%M}")


class TriggerOut(BaseModel):
    """A trigger. Its key is never read back."""

    id: str
    workflow_id: str
    kind: Kind
    name: str
    enabled: bool
    version: int | None
    rate_per_minute: int
    most_active: int
    config: WebhookConfig | ScheduleConfig | FormConfig
    runs_as: PersonOut | None = Field(description="Whose runs they are, with whose credentials.")
    address: str = Field(description="Of webhooks and forms, for people who may change them; else empty.")
    has_secret: bool
    trouble: str = Field(description="Why it would start nothing, as a sentence; empty when nothing is in its way.")
    next_at: datetime | None
    last_fired_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def facts(cls, row: Trigger, actor: Actor, newest: int | None) -> JsonObject:
        person = row.made_by
        return {
            "id": str(row.pk),
            "workflow_id": str(row.workflow_id),
            "runs_as": None if person is None else PersonOut(id=person.pk, name=person.get_full_name() or person.email),
            "config": row.settings,
            "address": selectors.address_of(row, actor),
            "has_secret": bool(row.sealed_secret),
            "trouble": selectors.trouble_of(row, newest),
            **{name: getattr(row, name) for name in PLAIN},
        }

    @classmethod
    def of(cls, row: Trigger, actor: Actor, newest: int | None) -> Self:
        return cls(**cls.facts(row, actor, newest))


PLAIN = (
    "kind", "name", "enabled", "version", "rate_per_minute", "most_active", "next_at", "last_fired_at", "created_at",
    "updated_at",
)  # fmt: skip


class TriggerMade(TriggerOut):
    """A trigger whose key was made just now."""

    secret: str = Field(description="The key of a webhook, told this once; empty where no new one was made.")

    @classmethod
    def of_made(cls, made: Made, actor: Actor, newest: int | None) -> Self:
        return cls(**cls.facts(made.trigger, actor, newest), secret=made.secret)


class TriggerList(BaseModel):
    """All triggers of a workflow."""

    items: list[TriggerOut]

    @classmethod
    def of(cls, rows: Iterable[Trigger], actor: Actor, newest: int | None) -> Self:
        return cls(items=[TriggerOut.of(row, actor, newest) for row in rows])


class ScheduleIn(ApiModel):
    """A schedule to look at before it is saved."""

    cron: Annotated[str, StringConstraints(max_length=200)] = Field(examples=["0 9 * * 1-5"])
    time_zone: Annotated[str, StringConstraints(max_length=60)] = "UTC"


class DueTimes(BaseModel):
    """The next times that are due."""

    items: list[DueTime]

    @classmethod
    def of(cls, moments: Iterable[datetime]) -> Self:
        return cls(items=[DueTime.of(moment) for moment in moments])


class TimeZones(BaseModel):
    """The names of all time zones."""

    items: list[str]
