"""Workflows to begin from."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from editor.api.http import refusals
from editor.samples import TEMPLATES

router = Router(tags=["workflows"])


class TemplateOut(BaseModel):
    """A shipped workflow that can be copied."""

    key: str
    name: str
    description: str
    document: dict[str, Any] = Field(description="What a workflow made from it begins with.")


class TemplateList(BaseModel):
    """All of them, in the order in which they are shown."""

    items: list[TemplateOut]


@router.get("/templates", response={200: TemplateList, **refusals()}, operation_id="template_list")
def template_list(request: HttpRequest) -> TemplateList:
    """List the workflows to begin from. Each runs on a new installation, without a key for anything."""
    found = ((one.key, one.name, one.description, one.read()) for one in TEMPLATES)
    return TemplateList(items=[TemplateOut(key=k, name=n, description=d, document=doc) for k, n, d, doc in found])
