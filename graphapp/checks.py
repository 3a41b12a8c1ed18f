"""What `manage.py check --deploy` says about this installation, besides Django's own."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from editor.templatetags.assets import BundleMissing, bundle


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Name what is fine on a laptop and wrong where others come."""
    found: list[CheckMessage] = []
    if not settings.GRAPHAPP_BASE_URL.startswith("https://"):
        hint = "Set GRAPHAPP_BASE_URL to the https address: secure cookies and HSTS follow from it."
        found.append(Error("People would sign in without TLS.", hint=hint, id="graphapp.E001"))
    if settings.GRAPHAPP_EMBEDDED_DATABASE or settings.GRAPHAPP_EMBEDDED_REDIS:
        hint = "Set DATABASE_URL and REDIS_URL: the embedded ones serve one machine."
        found.append(Warning("The stores are the embedded ones.", hint=hint, id="graphapp.W001"))
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        hint = "Set EMAIL_BACKEND and EMAIL_HOST, or nobody can reset a password."
        found.append(Warning("Mail goes to the log.", hint=hint, id="graphapp.W002"))
    try:
        bundle()
    except BundleMissing:
        hint = "Build it: npm ci && npm run build in frontend_static."
        found.append(Error("The front end is not built.", hint=hint, id="graphapp.E002"))
    return found
