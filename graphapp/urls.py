"""Every route: pages, API, accounts, health."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from graphapp import demo, health
from graphapp.accounts.views import delete_account, email_addresses, invitation, sign_in_by_link, sign_up
from graphapp.api import api
from runs.hooks import wait_hook
from runs.triggers.form import trigger_form, trigger_form_result
from runs.triggers.webhook import trigger_hook

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", api.urls),
    path("accounts/signup/", sign_up, name="account_signup"),
    path("accounts/delete/", delete_account, name="account_delete"),
    path("accounts/email/", email_addresses, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("sign-in/<str:token>", sign_in_by_link, name="sign_in_by_link"),
    path("invitations/<str:token>", invitation, name="invitation"),
    path("hooks/wait/<str:token>", wait_hook, name="wait_hook"),
    path("hooks/<str:token>", trigger_hook, name="trigger_hook"),
    path("hooks/<str:token>/test", trigger_hook, {"is_test": True}, name="trigger_hook_test"),
    path("forms/<str:token>", trigger_form, name="trigger_form"),
    path("forms/<str:token>/runs/<str:ticket>", trigger_form_result, name="trigger_form_result"),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.svg"), name="favicon"),
    path("admin/", admin.site.urls),
    path("", include(demo.urlpatterns)),
    path("", include("editor.urls")),
]

handler500 = "graphapp.unavailable.server_error"
