"""Gives the commands of the corpus's cases to runs on real workers, each when its moment has come, which no clock says."""

from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from editor.graph.faults import Fault
from runs import dispatch, publish
from runs.driver.mail import answer_key
from runs.engine.states import NODE_TERMINAL, RUN_TERMINAL, RunStatus
from runs.journal.inbox import ask
from runs.models import Attempt, NodeRun, Run, Step
from runs.payloads import to_json
from runs.services import run_cancel
from runs.shards import owner_of
from tests.semantics.corpus import Case, JsonObject
from tests.support.bench import Bench
from tests.support.waiting import wait_until

ANSWERS = ("answer", "release")


class Commander:
    """Gives one run its commands, in their order."""

    def __init__(self, case: Case, run: Run, bench: Bench) -> None:
        self._left = deque(case.commands)
        self._run = run
        self._bench = bench
        self._lost: int | None = None
        """The epoch that is to be left behind: an owner may renew its lease after it was taken away."""

    def advance(self) -> bool:
        """Give what is due; True when there is nothing left to give."""
        while self._left and self._is_time(self._left[0]):
            self._give(self._left.popleft())
        return not self._left and not self._is_losing()

    def __str__(self) -> str:
        return f"{self._run.workflow.name}: {list(self._left)}"

    def _is_losing(self) -> bool:
        """Say whether the next owner has yet to come, and take the lease away again as long as it has."""
        if self._lost is None:
            return False
        self._run.refresh_from_db(fields=["epoch", "status"])
        if self._run.epoch == self._lost and self._run.status == RunStatus.RUNNING:
            take_lease(self._run)
            return True
        self._lost = None
        return False

    def _is_time(self, raw: JsonObject) -> bool:
        if self._is_losing():
            return False
        if "park" in raw:
            return Run.objects.filter(pk=self._run.pk, status__in=(RunStatus.WAITING, *RUN_TERMINAL)).exists()
        waiting = raw.get("waiting") or next((raw[name] for name in ANSWERS if name in raw and "during" not in raw), None)
        return (
            ("during" not in raw or self._is_at_work(raw["during"], raw.get("attempt", 1)))
            and (waiting is None or self._is(waiting, "waiting"))
            and ("after" not in raw or self._is(raw["after"], *NODE_TERMINAL))
            and ("step" not in raw or self._is_kept(*raw["step"]))
        )

    def _is_kept(self, agent: str, idx: int) -> bool:
        return Step.objects.filter(run=self._run, node_key=agent, idx=idx, status="succeeded").exists()

    def _is_at_work(self, key: str, attempt: int) -> bool:
        return Attempt.objects.filter(run=self._run, node_key=key, n=attempt, status="running").exists()

    def _is(self, key: str, *statuses: str) -> bool:
        named = NodeRun.objects.annotate(named=Concat("scope_path", Value(""), "node_id"))
        return named.filter(run=self._run, named=key, status__in=statuses).exists()

    def _give(self, raw: JsonObject) -> None:
        if "cancel" in raw:
            run_cancel(run=self._run, actor=self._bench.actor)
        elif "lose_owner" in raw:
            self._run.refresh_from_db(fields=["epoch"])
            self._lost = self._run.epoch
            take_lease(self._run)
            dispatch.hint(str(self._run.pk))
        elif "park" not in raw:
            answer(self._run, raw)


def take_lease(run: Run) -> None:
    """Let an owner's lease run out under it, which makes a zombie of it."""
    past = timezone.now() - timedelta(seconds=1)
    Run.objects.filter(pk=run.pk, epoch=run.epoch, lease_expires_at__isnull=False).update(lease_expires_at=past)


def answer(run: Run, raw: JsonObject) -> None:
    """Answer what a node run asks, or let it go on, or give it up."""
    key = raw.get("answer") or raw["release"]
    fault = {"fault": Fault("held", "Given up.").to_json(), "gives_up": raw.get("gives_up", False)}
    said: dict[str, Any] = {"value": {"answer": raw["ports"][0]}, "ports": raw["ports"]} if "answer" in raw else fault
    run_id = owner_of(run, key)
    ask(run_id, "answer", answer_key(key, 1), to_json({"key": key, "attempt": 1, **said}))
    publish.poke_owner(run_id)
    dispatch.hint(run_id)


def command_all(commanders: Iterable[Commander]) -> None:
    """Give every command of several runs."""
    left = list(commanders)

    def look() -> bool:
        left[:] = [one for one in left if not one.advance()]
        return not left

    try:
        wait_until(look, 60)
    except AssertionError:
        raise AssertionError(f"The moment of these commands did not come: {'; '.join(map(str, left))}") from None
