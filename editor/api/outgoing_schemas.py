"""The shapes that go in and out of the routes of outgoing webhooks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from editor.api.http import ApiModel
from editor.api.trigger_schemas import Name
from editor.triggers.models import OutgoingWebhook
from editor.triggers.outgoing import MadeOutgoing

Url = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
End = Literal["succeeded", "failed", "cancelled"]
Ends = Annotated[list[End], Field(min_length=1, max_length=3)]


class OutgoingIn(ApiModel):
    """An address to be told of the ends of runs."""

    url: Url = Field(examples=["https://example.com/runs"])
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = Field("", description="The host if empty.")
    enabled: bool = True
    ends: Ends = ["succeeded", "failed"]
    sends_output: bool = Field(default=False, description="Whether the message has the run's output.")
    includes_tests: bool = Field(default=False, description="Whether runs of the draft are told as well.")


class OutgoingPatch(ApiModel):
    """What to change; what is left out stays."""

    url: Url | None = None
    name: Name | None = None
    enabled: bool | None = None
    ends: Ends | None = None
    sends_output: bool | None = None
    includes_tests: bool | None = None


class OutgoingOut(BaseModel):
    """An outgoing webhook. Its key is never read back."""

    id: str
    workflow_id: str
    name: str
    url: str = Field(description="Empty for those who may not change it: such addresses are often secrets.")
    enabled: bool
    ends: list[End]
    sends_output: bool
    includes_tests: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def facts(cls, row: OutgoingWebhook) -> dict[str, Any]:
        """Give what is told of a row."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in {"id", "workflow_id", "secret"}}
        return {**plain, "id": str(row.pk), "workflow_id": str(row.workflow_id)}

    @classmethod
    def of(cls, row: OutgoingWebhook, *, tells_url: bool) -> Self:
        return cls(**{**cls.facts(row), **({} if tells_url else {"url": ""})})


class OutgoingMade(OutgoingOut):
    """An outgoing webhook whose key may have been made just now."""

    secret: str = Field(description="The key that messages are signed with, told this once; empty where no new one was made.")

    @classmethod
    def of_made(cls, made: MadeOutgoing) -> Self:
        return cls(**cls.facts(made.outgoing), secret=made.secret)


class OutgoingList(BaseModel):
    """All outgoing webhooks of a workflow."""

    items: list[OutgoingOut]

    @classmethod
    def of(cls, rows: Iterable[OutgoingWebhook], *, tells_url: bool) -> Self:
        return cls(items=[OutgoingOut.of(row, tells_url=tells_url) for row in rows])
