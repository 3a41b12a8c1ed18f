"""People and keys in the admin."""

from django.contrib import admin

from graphapp.accounts.models import ApiKey, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """People; passwords are set by their owners."""

    list_display = ("email", "is_owner", "is_staff", "is_active", "last_login")
    fields = ("email", "first_name", "last_name", "is_active", "is_staff")


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin[ApiKey]):
    """Keys can be revoked, never read."""

    list_display = ("name", "prefix", "user", "created_at", "last_used_at", "revoked_at")
    fields = ("name", "revoked_at")
