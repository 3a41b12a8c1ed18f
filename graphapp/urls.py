"""Every route: pages, API, accounts, health."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from graphapp import health
from graphapp.accounts.views import sign_in_by_link
from graphapp.api import api

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", api.urls),
    path("accounts/", include("allauth.urls")),
    path("sign-in/<str:token>", sign_in_by_link, name="sign_in_by_link"),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.svg"), name="favicon"),
    path("admin/", admin.site.urls),
    path("", include("editor.urls")),
]
