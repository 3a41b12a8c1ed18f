"""The only sender to the queue. A message is a hint: losing one costs a sweeper's turn and never a run."""

import logging
import time

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

TASK = "runs.drive"
INDEX_TASK = "runs.index"
QUESTION_TASK = "runs.answer_question"
TEST_TASK = "runs.test_credential"
COOL_DOWN_SECONDS = 2.0


class Dispatcher:
    """Sends hints, and after a failure none for a moment: a broker that is down must not slow every request down."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def send(self, run_id: str) -> bool:
        """Tell the workers about a run; False when the broker did not take it."""
        return self.tell(TASK, run_id)

    def tell(self, task: str, *args: str) -> bool:
        """Tell the workers about something that stands in the database."""
        if time.monotonic() < self._silent_until:
            return False
        try:
            current_app.send_task(task, args=list(args), ignore_result=True, retry=False)
        except Exception as error:
            self._silent_until = time.monotonic() + COOL_DOWN_SECONDS
            logger.warning("The broker did not take %s %s (%s); a sweeper has it.", task, " ".join(args), type(error).__name__)
            return False
        return True


dispatcher = Dispatcher()


def hint(run_id: str) -> bool:
    """Tell the workers about a run now."""
    return dispatcher.send(run_id)


def hint_on_commit(run_id: str) -> None:
    """Tell the workers about a run once the transaction that concerns it is committed."""
    transaction.on_commit(lambda: hint(run_id) and None)


def hint_indexing_on_commit() -> None:
    """Tell the workers that there are documents to index."""
    transaction.on_commit(lambda: dispatcher.tell(INDEX_TASK) and None)


def hint_question_on_commit(question_id: str) -> None:
    """Tell the workers that somebody tries a search out and waits."""
    transaction.on_commit(lambda: dispatcher.tell(QUESTION_TASK, question_id) and None)


def ask_for_test(credential_id: str, model: str, stamp: str) -> bool:
    """Ask a worker to try a credential out; False when the broker did not take it."""
    try:
        current_app.send_task(TEST_TASK, args=[credential_id, model, stamp], ignore_result=True, retry=False, expires=60)
    except Exception as error:
        logger.warning("The broker did not take the test of a credential (%s).", type(error).__name__)
        return False
    return True
