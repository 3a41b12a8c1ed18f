"""Who has a workflow open in an editor, as far as their pages say so."""

from django.conf import settings
from django.db import models


class Presence(models.Model):
    """One open page. It says every few seconds that it is there; one that has not for a while is gone."""

    id = models.BigAutoField(primary_key=True)
    workflow = models.ForeignKey("editor.Workflow", on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    page = models.CharField(max_length=40)
    """Tells the pages of one person apart; it is made by the page."""
    seen_at = models.DateTimeField()

    class Meta:
        app_label = "editor"
        constraints = [models.UniqueConstraint(fields=["workflow", "person", "page"], name="presence_once_per_page")]
        indexes = [models.Index(fields=["seen_at"], name="presence_seen")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.workflow_id}"
