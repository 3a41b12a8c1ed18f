"""The entry point of hints."""

from celery import shared_task

from runs.dispatch import TASK
from runs.worker import get_process


@shared_task(name=TASK, ignore_result=True)
def drive(run_id: str) -> None:
    """Own the run for as long as there is something to do; a hint too many does nothing."""
    get_process().drive(run_id)
