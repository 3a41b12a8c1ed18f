"""Claim a run and own it to its end, its parking, or the loss of its lease. Whatever breaks, no run stays stuck."""

import logging
import uuid

from django.db import DatabaseError

from editor.graph.faults import Fault
from editor.graph.upgrade import DocumentError
from runs import journal
from runs.blobs import StorageUnavailable
from runs.driver.host import Host
from runs.driver.load import load
from runs.driver.loop import Driver
from runs.engine.wire import to_wire
from runs.journal.commit import Position
from runs.journal.connection import release

logger = logging.getLogger(__name__)

MAX_DRIVER_CRASHES = 3
"""Breakdowns of the driver in a row, without any progress, after which the run is failed."""


def drive(host: Host, run_id: str) -> bool:
    """Own a run for as long as there is something to do. False when it is not to be had."""
    try:
        claim = journal.claim(run_id, host.owner, lease_seconds=host.pace.lease, most_active=host.pace.most_active)
        if claim is None:
            return False
        _own(host, claim)
        if host.pace.most_active and (waiting := journal.next_in_turn(run_id)) is not None:
            host.hint(waiting)
        return True
    finally:
        release()


def _own(host: Host, claim: journal.Claim) -> None:
    position = Position(claim.run_id, claim.epoch, claim.seq)
    try:
        if claim.crash_count > MAX_DRIVER_CRASHES:
            _end(host, position, Fault("poison", "Every worker that took this run was lost before it got anywhere."))
            return
        Driver(host, position, load(claim, host.pace.sharding)).run()
    except journal.Fenced:
        logger.warning("Run %s has another owner; epoch %d lets go.", claim.run_id, claim.epoch)
    except DocumentError:
        _end(host, position, Fault("graph_invalid", "This version cannot be run by this installation."))
    except Exception as error:
        _broke(host, claim, position, error)


def _broke(host: Host, claim: journal.Claim, position: Position, error: Exception) -> None:
    """Hand the run back, or end it when it breaks the driver again and again."""
    reference = uuid.uuid4().hex[:12]
    logger.error("The driver of run %s broke (reference %s).", claim.run_id, reference, exc_info=error)
    try:
        if claim.crash_count + 1 < MAX_DRIVER_CRASHES:
            journal.give_back(claim.run_id, claim.epoch)
            return
        _end(host, position, _fault(error, reference))
    except (DatabaseError, journal.Fenced):
        logger.exception("Run %s could not be handed back; its lease runs out.", claim.run_id)


def _fault(error: Exception, reference: str) -> Fault:
    """Say why a run is given up."""
    if isinstance(error, StorageUnavailable):
        hint = "Resume the run when it does: what has been done is kept, and is not done again."
        return Fault("storage_unavailable", "The storage for large values does not answer.", hint)
    hint = "Look for the reference in the worker's log."
    return Fault("bug", f"GraphApp itself broke. Reference: {reference}.", hint, data={"reference": reference})


def _end(host: Host, position: Position, fault: Fault) -> None:
    events = journal.abort(position, fault)
    if events:
        host.publisher.poke(position.run_id, position.seq - len(events) + 1, [to_wire(event) for event in events])
