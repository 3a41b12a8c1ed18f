"""The only writer of runs, node runs, attempts and events: one statement, one transaction, one fence for each flush."""

from runs.journal.abort import abort, give_back
from runs.journal.batch import Batch, RunChange
from runs.journal.commit import Fenced, flush
from runs.journal.insert import Follow, insert_child, insert_run
from runs.journal.leases import Claim, claim, next_in_turn, renew

__all__ = [
    "Batch",
    "Claim",
    "Fenced",
    "Follow",
    "RunChange",
    "abort",
    "claim",
    "flush",
    "give_back",
    "insert_child",
    "insert_run",
    "next_in_turn",
    "renew",
]
