"""The one-time addresses at which others let waiting nodes go on."""

from dataclasses import dataclass, replace

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from editor.graph.plan import PlanScope
from runs.context import RunInfo
from runs.engine.state import NodeState, ScopeState
from runs.nodes.webhook_wait import WebhookWait

SIGNER = Signer(salt="runs.wait")


@dataclass(frozen=True, slots=True)
class Place:
    """Which node run an address is for: in the last run of a lineage, so that resuming does not make a new one."""

    lineage_id: str
    key: str


def address_of(base_url: str, place: Place) -> str:
    """Give the address of a node run. Nobody can make one up: it is signed."""
    token = SIGNER.sign_object([place.lineage_id, place.key])
    return f"{base_url}{reverse('wait_hook', args=[token])}"


def place_of(token: str) -> Place | None:
    """Read the token of an address; None when it is not ours."""
    try:
        lineage_id, key = SIGNER.unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Place(str(lineage_id), str(key))


class Addresses:
    """The addresses of one run's waiting nodes. Which nodes of a graph wait is looked up once for each graph."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[PlanScope, tuple[str, ...]]] = {}

    def told(self, info: RunInfo, ns: NodeState) -> RunInfo:
        """Let a node run know the addresses of those that will wait: in its own scope and in those around it."""
        found: dict[str, str] = {}
        scope: ScopeState | None = ns.scope
        while scope is not None:
            for node_id in self._waiting_in(scope.plan):
                place = Place(info.lineage_id or info.id, f"{scope.path}{node_id}")
                found.setdefault(node_id, address_of(info.base_url, place))
            scope = None if scope.owner is None or scope.called is not None else scope.owner.scope
        return replace(info, wait_urls=found) if found else info

    def _waiting_in(self, plan: PlanScope) -> tuple[str, ...]:
        known = self._waiting.get(id(plan))
        if known is None:
            ids = tuple(node.id for node in plan.nodes if node.type == WebhookWait.name)
            known = self._waiting[id(plan)] = (plan, ids)
        return known[1]
