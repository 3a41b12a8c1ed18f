"""The entry points of hints."""

from celery import shared_task

from runs.dispatch import INDEX_TASK, QUESTION_TASK, TASK
from runs.worker import get_indexer, get_process


@shared_task(name=TASK, ignore_result=True)
def drive(run_id: str) -> None:
    """Own the run for as long as there is something to do; a hint too many does nothing."""
    get_process().drive(run_id)


@shared_task(name=INDEX_TASK, ignore_result=True)
def index() -> None:
    """Look for documents to index; where they are is in the database."""
    get_indexer().poke()


@shared_task(name=QUESTION_TASK, ignore_result=True)
def answer_question(question_id: str) -> None:
    """Answer a search that somebody tries out; a message too many does nothing."""
    get_indexer().answer(question_id)
