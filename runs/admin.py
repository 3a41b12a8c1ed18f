"""A look at runs for operators: read only, because runs have one writer."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from runs.models import Run


@admin.register(Run)
class RunAdmin(admin.ModelAdmin[Run]):
    """Lists runs with what an operator asks first: where they are and who holds them."""

    list_display = ("id", "workflow", "status", "created_at", "finished_at", "lease_owner", "epoch", "seq", "crash_count")
    list_filter = ("status", "trigger")
    list_select_related = ("workflow",)
    search_fields = ("id", "workflow__name")
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
