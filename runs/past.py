"""Reads: what the nodes of a workflow took in its latest runs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from editor.graph.plan import CallSpec, Plan, PlanNode
from editor.graph.upgrade import DocumentError
from editor.models import Workflow
from runs.engine.forecast import MOST_DEPTH, Range, spread
from runs.journal.connection import execute
from runs.plans import plans

MOST_RUNS = 30
MOST_NODE_RUNS = 300
"""Of each run, those of the root scope first: of a large map the first items."""
NUMBERS = re.compile(r"#\d+|~\d+")

PAST = """
WITH recent AS (
    SELECT id, version_id FROM runs_run
    WHERE workflow_id = %(workflow)s::uuid AND kind <> 'shard' AND status IN ('succeeded', 'failed')
    ORDER BY created_at DESC LIMIT %(runs)s::int
)
SELECT r.id::text, r.version_id, n.scope_path || n.node_id, n.ports,
    COALESCE((n.usage ->> 'cost_usd')::float8, 0),
    COALESCE((n.usage ->> 'input_tokens')::float8, 0) + COALESCE((n.usage ->> 'output_tokens')::float8, 0),
    COALESCE(extract(epoch FROM n.finished_at - n.started_at), 0)::float8,
    COALESCE(n.progress ->> 'total', n.progress ->> 'done')::float8
FROM recent r CROSS JOIN LATERAL (
    SELECT * FROM runs_noderun n WHERE n.run_id = r.id ORDER BY n.scope_path, n.node_id LIMIT %(most)s::int
) n
WHERE n.origin = '' AND n.status = 'succeeded'
"""


@dataclass(frozen=True, slots=True)
class Did:
    """One past execution of a node."""

    run: str
    ports: Sequence[str]
    usd: float
    tokens: float
    seconds: float
    count: float | None


def walk(plan: Plan, prefix: str = "", scope: str = "", depth: int = 0) -> Iterator[tuple[str, PlanNode]]:
    """List the nodes of a plan and of the workflows that it calls, by the keys of their node runs without numbers."""
    for node in plan.scopes[scope].nodes:
        key = prefix + node.id
        yield key, node
        if isinstance(node.container, CallSpec):
            if not node.container.detached and depth < MOST_DEPTH:
                yield from walk(node.container.load(), key + "/", "", depth + 1)
        elif node.container is not None:
            yield from walk(plan, key + "/", node.container.body.id, depth)


def past_of(workflow: Workflow, plan: Plan) -> dict[str, list[Did]]:
    """Collect what each node took where it was the same as now; where it never was, where it asked the same model."""
    nodes = dict(walk(plan))
    same: dict[str, list[Did]] = {}
    alike: dict[str, list[Did]] = {}
    known: dict[int, Mapping[str, PlanNode]] = {}
    params = {"workflow": str(workflow.pk), "runs": MOST_RUNS, "most": MOST_NODE_RUNS}
    for run, version, path, *taken in execute(PAST, params):
        if version not in known:
            known[version] = _nodes_of(version)
        key = NUMBERS.sub("", path)
        then, now = known[version].get(key), nodes.get(key)
        if then is None or now is None or then.type != now.type:
            continue
        if then.config_hash == now.config_hash:
            same.setdefault(key, []).append(Did(run, *taken))
        elif _models(then) == _models(now):
            alike.setdefault(key, []).append(Did(run, *taken))
    return {**alike, **same}


def _nodes_of(version: int) -> Mapping[str, PlanNode]:
    try:
        return dict(walk(plans.get(version)))
    except DocumentError:
        return {}


def _models(node: PlanNode) -> Any:
    return tuple(node.params.get(name) for name in ("model", "fallback_models", "escalate_models"))


def counts_of(past: Mapping[str, Sequence[Did]]) -> dict[str, Range]:
    """Say how many items or turns containers had."""
    counted = {key: [one.count for one in did if one.count is not None] for key, did in past.items()}
    return {key: spread(counts) for key, counts in counted.items() if counts}


def shares_of(past: Mapping[str, Sequence[Did]]) -> dict[str, dict[str, float]]:
    """Say how often nodes left by each port."""
    found: dict[str, dict[str, float]] = {}
    for key, did in past.items():
        for port in {port for one in did for port in one.ports}:
            found.setdefault(key, {})[port] = sum(port in one.ports for one in did) / len(did)
    return found
