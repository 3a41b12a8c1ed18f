"""Workflows to begin from."""

from typing import Any, Self

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from editor.api.http import refusals
from editor.samples import TEMPLATES, Sample

router = Router(tags=["workflows"])


class KnowledgeOfTemplate(BaseModel):
    """Documents that come along."""

    key: str
    name: str = Field(description="What their knowledge base is called.")
    documents: int


class TemplateOut(BaseModel):
    """A shipped workflow that can be copied."""

    key: str
    name: str
    description: str
    document: dict[str, Any] = Field(description="What a workflow made from it begins with, without the ids of its knowledge.")
    knowledge: list[KnowledgeOfTemplate]

    @classmethod
    def of(cls, sample: Sample) -> Self:
        known = [KnowledgeOfTemplate(key=kit.key, name=kit.name, documents=len(kit.documents)) for kit in sample.kits]
        facts = {"key": sample.key, "name": sample.name, "description": sample.description}
        return cls(**facts, document=sample.read(), knowledge=known)


class TemplateList(BaseModel):
    """All of them, in the order in which they are shown."""

    items: list[TemplateOut]


@router.get("/templates", response={200: TemplateList, **refusals()}, operation_id="template_list")
def template_list(request: HttpRequest) -> TemplateList:
    """List the workflows to begin from. Each runs on a new installation, without a key for anything."""
    return TemplateList(items=[TemplateOut.of(one) for one in TEMPLATES])
