"""What each kind of trigger and an outgoing webhook can be set to: closed schemas, checked as one."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from editor.errors import Invalid
from editor.triggers.cron import CronError, read_cron, zone_of

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=4000)]
LONGEST_WAIT = 50
"""Seconds; the web process gives a request 60."""


class Config(BaseModel):
    """Closed: a misspelt setting is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class WebhookConfig(Config):
    """A webhook: who may call, and what the answer says."""

    auth: Literal["hmac", "bearer", "none"] = Field("hmac", description="A signature, a key, or nothing but the address.")
    credentials: bool = Field(
        default=False, description="Without authentication: whether such runs use credentials all the same."
    )
    answer: Literal["at_once", "result"] = Field("at_once", description="202 with the run's id, or what came of it.")
    wait_seconds: int = Field(30, ge=1, le=LONGEST_WAIT, description="How long an answer with the result waits; then 202.")

    @property
    def uses_credentials(self) -> bool:
        """Whether its runs may use the credentials of the person they run as."""
        return self.auth != "none" or self.credentials


class ScheduleConfig(Config):
    """A schedule: when, and what is done about times at which nobody was there."""

    cron: str = Field(
        max_length=200, description="Minute, hour, day of the month, month, day of the week.", examples=["0 9 * * 1-5"]
    )
    time_zone: str = Field("UTC", max_length=60, examples=["Europe/Berlin"])
    missed: Literal["skip", "once", "all"] = Field("once", description="What follows when due times were missed.")
    most_missed: int = Field(10, ge=1, le=100, description="With `all`: how many of the last ones are made up for.")
    input: dict[str, Any] = Field(default_factory=dict, description="The input of each run.")

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            zone_of(value)
        except CronError as error:
            raise ValueError(str(error)) from None
        return value

    @model_validator(mode="after")
    def _cron(self) -> "ScheduleConfig":
        try:
            read_cron(self.cron, self.time_zone)
        except CronError as error:
            raise ValueError(str(error)) from None
        return self

    @property
    def uses_credentials(self) -> bool:
        """A schedule is nobody's from outside."""
        return True


class FormConfig(Config):
    """A form page: what it says, and who may see it."""

    title: Line = Field("", description="The workflow's name if empty.")
    description: Text = ""
    button: Line = Field("", description="What the button says; Send if empty.")
    thanks: Text = Field("", description="What the result page says once the run has succeeded.")
    shows_output: bool = Field(default=True, description="Whether the result page shows the run's output.")
    sign_in: bool = Field(default=False, description="Whether whoever fills it in has to be signed in.")
    credentials: bool = Field(default=True, description="Whether its runs use the credentials of the person they run as.")

    @property
    def uses_credentials(self) -> bool:
        """Whether its runs may use the credentials of the person they run as."""
        return self.credentials


AnyConfig = WebhookConfig | ScheduleConfig | FormConfig
KINDS: Mapping[str, type[WebhookConfig] | type[ScheduleConfig] | type[FormConfig]] = {
    "webhook": WebhookConfig,
    "schedule": ScheduleConfig,
    "form": FormConfig,
}


def config_of(kind: str, raw: Mapping[str, Any]) -> AnyConfig:
    """Read the settings of a trigger; a refusal names each field."""
    try:
        return KINDS[kind].model_validate(dict(raw))
    except ValidationError as error:
        fields = {_field(kind, entry["loc"]): str(entry["msg"]).removeprefix("Value error, ") for entry in error.errors()}
        raise Invalid("invalid", "Some settings are not as they should be.", data={"fields": fields}) from None


def _field(kind: str, place: tuple[Any, ...]) -> str:
    """Name a field; the expression is what a check of the whole schedule is about."""
    return ".".join(["config", *map(str, place)]) if place else ("config.cron" if kind == "schedule" else "config")
