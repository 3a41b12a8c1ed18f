"""What is wrong with an installation is named before people come."""

from django.test import override_settings

from graphapp.checks import check_deployment


def ids() -> set[str]:
    return {str(message.id) for message in check_deployment(None)} - {"graphapp.E002"}  # a build is not part of this test


@override_settings(GRAPHAPP_EMBEDDED_DATABASE=True, EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend")
def test_a_laptops_settings_are_not_fit_for_others() -> None:
    assert ids() == {"graphapp.E001", "graphapp.W001", "graphapp.W002"}


@override_settings(
    GRAPHAPP_BASE_URL="https://graphs.example.org",
    GRAPHAPP_EMBEDDED_DATABASE=False,
    GRAPHAPP_EMBEDDED_REDIS=False,
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
)
def test_a_deployments_settings_are() -> None:
    assert not ids()
