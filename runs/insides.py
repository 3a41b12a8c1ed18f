"""Which rows of loops and maps are read, and which are not: there can be many."""

import re
from collections.abc import Iterator

from django.db.models import Q

from editor.graph.ids import NodeKey, split_key
from editor.graph.plan import LoopSpec, Plan
from runs.engine.calls import plan_at
from runs.journal.summary import NOT_TOLD

_CONTAINER = re.compile(r"^(?P<base>.*?)(?P<again>~\d+)?(#\d+)?/$")


def told() -> Q:
    """Say which node runs a viewer is told of one by one."""
    return ~Q(scope_path__regex=NOT_TOLD)


def containers_around(scope: str) -> Iterator[tuple[str, str]]:
    """List the containers around a scope from the inside out, each by its key and what its scopes' paths begin with.

    >>> list(containers_around("each#2/revise~2#0/"))
    [('each#2/revise', 'each#2/revise~2'), ('each', 'each')]
    >>> list(containers_around("each#2/call~3/"))
    [('each#2/call', 'each#2/call~3'), ('each', 'each')]
    """
    while (match := _CONTAINER.fullmatch(scope)) is not None:
        key = match["base"]
        yield key, key + (match["again"] or "")
        scope = split_key(NodeKey(key))[0]


def leading_to(plan: Plan, scope: str, node_id: str) -> Q:
    """Say which rows decide on what a node run received: its sources, and the containers around it with what they had come to.

    Raises `KeyError` when the plan has no such node.
    """
    sources = {edge.source for edge in plan_at(plan, scope).nodes[node_id].incoming}
    wanted = Q(scope_path=scope, node_id__in={node_id, *sources})
    for key, base in containers_around(scope):
        around, container = split_key(NodeKey(key))
        wanted |= Q(scope_path=around, node_id=container)
        if isinstance(plan_at(plan, around).nodes[container].container, LoopSpec):
            wanted |= Q(scope_path__regex=rf"^{re.escape(base)}#\d+/$")
    return wanted
