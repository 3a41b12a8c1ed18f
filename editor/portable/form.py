"""The form of the file: JSON that says what it is. Newer files of the same version may hold more than is known here."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FORMAT = "graphapp"
FORMAT_VERSION = 1
WORKFLOWS_MAX = 500
VERSIONS_MAX = 500

Json = dict[str, Any]


class Part(BaseModel):
    """Base of all parts."""

    model_config = ConfigDict(extra="ignore", strict=True)


class VersionPart(Part):
    """A published version."""

    number: Annotated[int, Field(ge=1, le=2_147_483_647)]
    note: Annotated[str, StringConstraints(max_length=500)] = ""
    document: Json


class WorkflowPart(Part):
    """A workflow: its draft, and its versions by number."""

    id: Annotated[str, StringConstraints(max_length=64)] = Field("", description="What other workflows of the file call it by.")
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    description: Annotated[str, StringConstraints(max_length=10_000)] = ""
    draft: Json
    versions: Annotated[list[VersionPart], Field(max_length=VERSIONS_MAX)] = []


class HiddenPart(Part):
    """A param that held what looks like a secret, and does not any more."""

    workflow: str
    node: str
    param: str


class PortableFile(Part):
    """The whole file."""

    format: Literal["graphapp"] = "graphapp"
    format_version: Literal[1] = 1
    workflows: Annotated[list[WorkflowPart], Field(min_length=1, max_length=WORKFLOWS_MAX)]
    hidden: list[HiddenPart] = []
