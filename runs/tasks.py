"""The entry points of what the web process asks of workers."""

from celery import shared_task

from runs.credential_tests import test_in
from runs.dispatch import INDEX_TASK, QUESTION_TASK, TASK, TEST_TASK
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


@shared_task(name=TEST_TASK, ignore_result=True)
def test_credential(credential_id: str, model: str, stamp: str) -> None:
    """Try a credential out with a real call, and keep what came of it."""
    test_in(get_process(), credential_id, model, stamp)
