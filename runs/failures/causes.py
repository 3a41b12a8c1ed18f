"""Why ended runs failed: of all node runs that failed in a run, the ones where it began."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runs.failures.fingerprint import fingerprint, place_of
from runs.failures.models import FailureKind

LONGEST_MESSAGE = 2000
CODE_MAX = 200
KIND_OF_CODE: Mapping[str, FailureKind] = {
    "uncertain": FailureKind.STUCK,
    "poison": FailureKind.STUCK,
    "budget": FailureKind.BUDGET,
}


@dataclass(frozen=True, slots=True)
class Broken:
    """Node runs of one run that failed alike. `is_handled` says that an error port took the failure, as it was drawn."""

    key: str
    """Of the first of them."""
    code: str
    message: str
    at: datetime
    times: int = 1
    is_handled: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of one run."""

    node_key: str
    code: str
    message: str
    times: int
    kind: FailureKind

    @property
    def place(self) -> str:
        """Which node it is about, without turns and items."""
        return place_of(self.node_key)

    def fingerprint(self, workflow: str) -> str:
        """Say what it has in common with others of the workflow."""
        return fingerprint(workflow, self.node_key, self.code, self.message)


def causes_of_failed(error: Mapping[str, Any] | None, broken: Sequence[Broken]) -> list[Cause]:
    """Give the one cause of a failed run: the failure that ended it, followed inwards to where it began.

    Parameters
    ----------
    error : Mapping or None
        The run's error. It names its node in ``data``, unless the run was ended from outside.
    broken : sequence of Broken
        The node runs that failed in it, the first first.

    Returns
    -------
    list of Cause
        Always one.

    Examples
    --------
    >>> from datetime import datetime
    >>> outer = Broken("each", "timeout", "No answer.", datetime(2026, 1, 1, 12, 1))
    >>> inner = Broken("each#4/get", "timeout", "No answer.", datetime(2026, 1, 1, 12, 0), times=7)
    >>> [cause] = causes_of_failed({"code": "timeout", "message": "No answer.", "data": {"node": "each"}}, [inner, outer])
    >>> cause.node_key, cause.times, cause.place
    ('each#4/get', 7, 'each/get')
    """
    error = error or {}
    code, message = str(error.get("code") or "bug"), str(error.get("message") or "The run failed without saying why.")
    key = str((error.get("data") or {}).get("node") or "")
    if not key:
        return [_cause("", code, message, 1, is_survived=False)]
    found = Broken(key, code, message, datetime.min)
    while (deeper := _within(found.key, broken)) is not None:
        found = deeper
    return [_cause(found.key, found.code, found.message, found.times, is_survived=False)]


def causes_of_survived(broken: Sequence[Broken]) -> list[Cause]:
    """Give what a run went on without: failures that nobody drew a way for, each where it began.

    Parameters
    ----------
    broken : sequence of Broken
        The node runs that failed in it, or whose fallback value stood in.

    Returns
    -------
    list of Cause
        One for each kind of failure at each node.
    """
    roots = [one for one in broken if not one.is_handled and _within(one.key, broken) is None]
    handled = [place_of(one.key) for one in broken if one.is_handled]
    kept = [one for one in roots if not any(place_of(one.key).startswith(f"{place}/") for place in handled)]
    return [_cause(one.key, one.code, one.message, one.times, is_survived=True) for one in kept]


def _within(key: str, broken: Iterable[Broken]) -> Broken | None:
    """Find the first failure inside a container or call that failed."""
    starts = (f"{key}#", f"{key}/", f"{key}~")
    return next((one for one in broken if one.key.startswith(starts)), None)


def _cause(key: str, code: str, message: str, times: int, *, is_survived: bool) -> Cause:
    code = code[:CODE_MAX]
    kind = FailureKind.DEGRADED if is_survived else KIND_OF_CODE.get(code, FailureKind.FAILED)
    return Cause(key, code, message[:LONGEST_MESSAGE], times, kind)


def merged(causes: Iterable[Cause], workflow: str) -> Iterator[tuple[str, Cause]]:
    """Give the causes of one run once for each fingerprint, with how often each was there."""
    found: dict[str, Cause] = {}
    for cause in causes:
        mark = cause.fingerprint(workflow)
        before = found.get(mark)
        times = cause.times + (before.times if before else 0)
        found[mark] = Cause((before or cause).node_key, cause.code, cause.message, times, cause.kind)
    yield from found.items()
