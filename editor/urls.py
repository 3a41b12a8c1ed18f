"""The pages of the front end. Their paths are the browser's; they all answer with the shell."""

from django.urls import path

from editor.views import shared_shell, shell

app_name = "editor"

urlpatterns = [
    path("", shell, name="home"),
    path("workflows/<uuid:workflow_id>", shell, name="workflow"),
    path("workflows/<uuid:workflow_id>/history", shell, name="history"),
    path("workflows/<uuid:workflow_id>/triggers", shell, name="triggers"),
    path("runs", shell, name="runs"),
    path("runs/<uuid:run_id>", shell, name="run"),
    path("runs/<uuid:run_id>/compare", shell, name="compare"),
    path("approvals", shell, name="approvals"),
    path("failures", shell, name="failures"),
    path("failures/<str:failure_id>", shell, name="failure"),
    path("knowledge", shell, name="knowledge"),
    path("knowledge/<uuid:base_id>", shell, name="knowledge_base"),
    path("knowledge/<uuid:base_id>/documents/<uuid:document_id>", shell, name="knowledge_document"),
    path("teams", shell, name="teams"),
    path("teams/<uuid:team_id>", shell, name="team"),
    path("settings", shell, name="settings"),
    path("spending", shell, name="spending"),
    path("s/<str:token>", shared_shell, name="shared"),
    path("settings/models", shell, name="model_settings"),
]
