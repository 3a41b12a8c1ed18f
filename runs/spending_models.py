"""What was spent, summed up by day."""

from django.db import models

from editor.models import Workflow


class Spending(models.Model):
    """What the node runs of a workflow used of a model on one day (UTC). It follows from their rows, and outlives them."""

    pk = models.CompositePrimaryKey("workflow_id", "day", "model")
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    model = models.CharField(max_length=200, blank=True, default="")
    node_runs = models.PositiveBigIntegerField()
    input_tokens = models.PositiveBigIntegerField()
    output_tokens = models.PositiveBigIntegerField()
    cost_usd = models.FloatField()

    def __str__(self) -> str:
        return f"{self.model} on {self.day}"


class SpendingDay(models.Model):
    """A day that is summed up in `Spending`. What of the others was used is read from the node runs themselves."""

    day = models.DateField(primary_key=True)
    summed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.day)
