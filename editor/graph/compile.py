"""From a document to the frozen structure that the engine reads."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import networkx as nx

from editor.graph.catalogue import Catalogue
from editor.graph.document import EdgeDoc, GraphDocument, NodeDoc, RetryPolicy, ToolPolicy
from editor.graph.hashes import config_hashes
from editor.graph.nodetype import Effect, NodeType
from editor.graph.plan import ROOT, CallSpec, ContainerSpec, Plan, PlanEdge, PlanNode, PlanScope, PlanTool
from editor.graph.problems import Problem, has_errors
from editor.graph.rules_containers import results
from editor.graph.survey import Survey
from editor.graph.tools import ARGS, TOOL, argument_names, derived
from editor.graph.upgrade import DocumentError, canonical_json, dump_document
from editor.graph.validate import validate_survey

ONE_ATTEMPT = RetryPolicy()


def digest(document: GraphDocument) -> str:
    """Give a document's identity: equal documents have equal digests.

    Parameters
    ----------
    document : GraphDocument
        Any document.

    Returns
    -------
    str
        SHA-256 of its canonical JSON, in hexadecimal.

    Examples
    --------
    >>> digest(GraphDocument()) == digest(GraphDocument())
    True
    """
    return hashlib.sha256(canonical_json(dump_document(document))).hexdigest()


@dataclass(frozen=True, slots=True)
class Callee:
    """A workflow that a node runs, pinned.

    Parameters
    ----------
    version : int
        The id of its version.
    digest : str
        The digest of that version: a call's result depends on it.
    load : callable
        Gives its plan.
    """

    version: int
    digest: str
    load: Callable[[], Plan]


NOBODY: Mapping[str, Callee] = {}


def compile_plan(document: GraphDocument, catalogue: Catalogue, callees: Mapping[str, Callee] = NOBODY) -> Plan:
    """Compile a document.

    Parameters
    ----------
    document : GraphDocument
        A document without errors.
    catalogue : Catalogue
        The node types it uses.
    callees : Mapping
        By node id, the workflows that its nodes run.

    Returns
    -------
    Plan
        Every scope in a stable topological order; annotations are left out.

    Raises
    ------
    DocumentError
        If `validate` finds an error, or a node runs a workflow that is not among the callees.

    References
    ----------
    Kahn's algorithm, by `networkx.lexicographical_topological_sort`, with the place in the document as the tie-break.
    """
    survey = Survey(document, catalogue)
    problems = (*validate_survey(survey), *_unresolved(survey, callees))
    if has_errors(problems):
        raise DocumentError(tuple(problem for problem in problems if problem.severity == "error"))
    drawn = [node for node, _ in survey.executable()]
    edges = _plan_edges(document.edges, {node.id for node in drawn})
    order = _order(survey, drawn)
    hashes = config_hashes(survey, {name: callee.digest for name, callee in callees.items()})
    nodes = {node.id: _plan_node(survey, node, order[node.id], edges, config_hash=hashes[node.id]) for node in drawn}
    calls = {name: _call(survey, name, callee) for name, callee in callees.items()}
    nodes.update((name, replace(nodes[name], container=spec)) for name, spec in calls.items() if name in nodes)
    scopes = _scopes(survey, nodes)
    return Plan(
        digest=digest(document),
        scopes=scopes,
        nodes=nodes,
        max_parallel=document.settings.max_parallel,
        timeout_seconds=document.settings.timeout_seconds,
        budget_usd=document.settings.budget_usd,
        budget_tokens=document.settings.budget_tokens,
        budget_seconds=document.settings.budget_seconds,
        outputs=tuple(node.id for node in drawn if node.type == "output" and node.parent is None),
        tools={name: _plan_tool(survey, name, calls.get(name), hashes[name]) for name in survey.tools},
    )


def calling(document: GraphDocument, catalogue: Catalogue) -> list[NodeDoc]:
    """List the nodes that run other workflows.

    Parameters
    ----------
    document : GraphDocument
        Any document.
    catalogue : Catalogue
        The node types it uses.

    Returns
    -------
    list of NodeDoc
        As drawn. Disabled ones run nothing.
    """
    calls = {kind.name for kind in catalogue if kind.calls}
    return [node for node in document.nodes if node.type in calls and not node.policy.disabled]


def _unresolved(survey: Survey, callees: Mapping[str, Callee]) -> Iterator[Problem]:
    for node in calling(survey.document, survey.catalogue):
        if node.id not in callees:
            message = f"{survey.label(node.id)} runs a workflow that is not there."
            yield Problem("call.unknown", "error", message, "Choose the workflow again.", node_id=node.id, param="workflow")


def _call(survey: Survey, name: str, callee: Callee) -> CallSpec:
    params = survey.nodes[name].params
    return CallSpec(callee.version, callee.load, params.get("detached") is True, params.get("budget_usd"))


class Edges:
    """A document's edges by their ends, in document order."""

    def __init__(self) -> None:
        self.into: dict[str, list[PlanEdge]] = {}
        self.out_of: dict[str, list[PlanEdge]] = {}


def _plan_edges(drawn: Iterable[EdgeDoc], ids: set[str]) -> Edges:
    edges = Edges()
    for index, edge in enumerate(drawn):
        if edge.source in ids and edge.target in ids:
            planned = PlanEdge(index, edge.id, edge.source, edge.source_port, edge.target, edge.target_port)
            edges.into.setdefault(edge.target, []).append(planned)
            edges.out_of.setdefault(edge.source, []).append(planned)
    return edges


def _order(survey: Survey, drawn: list[NodeDoc]) -> dict[str, int]:
    """Give the nodes of each scope their numbers, from 0 on: after all that lead to them, and then as drawn."""
    place = {name: index for index, name in enumerate(survey.nodes)}
    executable = {node.id for node in drawn}
    numbers: dict[str | None, int] = {}
    order: dict[str, int] = {}
    for name in nx.lexicographical_topological_sort(survey.graph, key=place.__getitem__):
        if name not in executable:
            continue
        scope = survey.nodes[name].parent
        order[name] = numbers.setdefault(scope, 0)
        numbers[scope] += 1
    return order


def _plan_node(survey: Survey, node: NodeDoc, order: int, edges: Edges, *, config_hash: str) -> PlanNode:
    kind, uses, policy = survey.kinds[node.id], survey.uses[node.id], node.policy
    default_retry = RetryPolicy(**kind.default_retry) if kind.default_retry else ONE_ATTEMPT
    return PlanNode(
        id=node.id,
        type=node.type,
        type_version=node.type_version,
        name=node.name or kind.title,
        scope=node.parent or ROOT,
        order=order,
        params=node.params,
        join=policy.join,
        on_error=policy.on_error,
        retry=policy.retry or default_retry,
        timeout_seconds=policy.timeout_seconds or kind.default_timeout_seconds,
        effect=str(kind.effect_for(node.params)),
        inline=kind.inline and all(use.is_plain for use in uses),
        disabled=policy.disabled,
        inputs=survey.inputs[node.id],
        outputs=tuple(name for name in survey.outputs[node.id] if name != TOOL),
        incoming=tuple(edges.into.get(node.id, ())),
        outgoing=tuple(edges.out_of.get(node.id, ())),
        references=_references(survey, node.id),
        config_hash=config_hash,
        on_uncertain=policy.on_uncertain,
        max_parallel=policy.max_parallel,
        pinned=node.pinned,
        cache_seconds=_cache_seconds(kind, node),
        tools=tuple(survey.tools_of(node.id)),
        journals=kind.journals,
    )


def _references(survey: Survey, name: str) -> frozenset[str]:
    """Collect the names that a node uses; an agent those of its tools as well, which see what it sees."""
    found: set[str] = set()
    seen, left = {name}, [name]
    while left:
        one = left.pop()
        found.update({"run"} if survey.kinds[one].reads_run else ())
        found.update(*(use.names for use in survey.uses[one]))
        more = [tool for tool in survey.tools_of(one) if tool not in seen]
        seen.update(more)
        left += more
    return frozenset(found - {ARGS} if len(seen) > 1 or name in survey.tools else found)


def _plan_tool(survey: Survey, name: str, call: CallSpec | None, config_hash: str) -> PlanTool:
    """Say what an agent may call, and what a model is told of it."""
    node, kind = survey.nodes[name], survey.kinds[name]
    told = node.policy.tool or ToolPolicy()
    named = argument_names((use.place.kind, use.place.text) for use in survey.uses[name])
    planned = replace(_plan_node(survey, node, 0, Edges(), config_hash=config_hash), container=call, inline=False)
    return PlanTool(
        node=planned,
        description=told.description.strip() or node.name or kind.help,
        parameters=derived(named) if told.parameters is None else told.parameters,
        takes_text=told.parameters is None and not named,
        approval=told.approval,
    )


def _cache_seconds(kind: NodeType, node: NodeDoc) -> float | None:
    """Say how long a result may be kept for equal work: never that of work that must happen."""
    policy = node.policy
    if not policy.cache_seconds or policy.disabled or kind.container or kind.effect_for(node.params) is Effect.UNSAFE:
        return None
    return policy.cache_seconds if policy.cache_varying or kind.repeats(node.params) else None


def _scopes(survey: Survey, nodes: dict[str, PlanNode]) -> dict[str, PlanScope]:
    """Compile every scope, the innermost ones first: a container's node holds its graph, and `nodes` are completed so."""
    members: dict[str, list[str]] = {ROOT: []}
    members.update((name, []) for name in nodes if survey.kinds[name].container)
    for name, node in nodes.items():
        members[node.scope].append(name)
    scopes: dict[str, PlanScope] = {}
    for scope in sorted(members, key=lambda scope: len(survey.scope_chain(scope)) if scope else 0, reverse=True):
        inside = tuple(sorted((nodes[name] for name in members[scope]), key=lambda node: node.order))
        if scope:
            scopes[scope] = _body(survey, scope, inside)
            nodes[scope] = replace(nodes[scope], container=_spec(survey, scopes[scope]))
        else:
            scopes[scope] = PlanScope(scope, inside, survey.document.settings.on_failure)
    return {scope: scopes[scope] for scope in members}


def _body(survey: Survey, container: str, inside: tuple[PlanNode, ...]) -> PlanScope:
    wanted = results(survey, container)
    on_failure = str(survey.nodes[container].params.get("on_failure", "fail_fast"))
    return PlanScope(container, inside, on_failure, tuple(node.id for node in inside if node.id in wanted))


def _spec(survey: Survey, body: PlanScope) -> ContainerSpec:
    """Say how a container runs its graph. Its exits count in topological order."""
    ports = dict(survey.exits[body.id])
    exits = tuple((node.id, ports[node.id]) for node in body.nodes if node.id in ports)
    return survey.kinds[body.id].spec(survey.nodes[body.id].params, body, exits)
