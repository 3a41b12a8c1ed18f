"""What an operator may look at. Nothing is deleted or edited here: both have rules, and the rules are in the services."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from editor.models import Workflow, WorkflowVersion

if TYPE_CHECKING:
    from django.db.models import Model

    ModelAdmin = admin.ModelAdmin[Model]
else:
    ModelAdmin = admin.ModelAdmin


class ReadOnly(ModelAdmin):
    """Shows rows, changes none."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Workflow)
class WorkflowAdmin(ReadOnly):
    """Whose workflows there are; what they hold is their owners' business."""

    list_display = ("name", "owner", "team", "slug", "revision", "node_count", "updated_at", "archived_at")
    list_select_related = ("owner", "team")
    search_fields = ("name", "slug", "id")
    exclude = ("draft",)


@admin.register(WorkflowVersion)
class WorkflowVersionAdmin(ReadOnly):
    """Which versions there are."""

    list_display = ("workflow", "number", "digest", "author", "created_at", "published_at")
    list_select_related = ("workflow", "author")
    search_fields = ("digest", "workflow__id")
    exclude = ("document",)
