"""The corpus of semantic cases: how a case is written, the document it means, and whether a run kept to it.

A case file holds YAML documents. One case has an `id`, a sentence (`says`), a `graph`, a `script`, `commands`, and what to
`expect`. Nothing here runs anything: the pure runner, a real worker and the browser's reducer share this module's reading
and its checks.

Short-hand of a graph: `nodes` is a mapping from id to a type, or to a mapping with `type`, `params` and any key of a policy;
`edges` are texts such as ``a.error > b.in``. `set` without params passes its input through, `list` is a merge in edge order,
``router: [t, f]`` is a router with these ports. A script gives a node's attempts in order (the last one repeats), for all
its runs by its id or for one of them by its key: how long one takes (`ms`), what it `return`s and on which `ports`, its
`error`, or the reason for which it has to `hold`. Without a return the node does its own work.

A command comes at its `ms` in virtual time. A real worker's clock says nothing: there a command follows the one before it once
its moment has come, which is said by node runs: the one that is at work (`during`, in its `attempt` of that number), the one
that is `waiting`, the one that has ended (`after`). An answer comes when it is asked for, and `park` waits for the run to park.

``agent: [[p, q], text]`` is an agent whose model takes these turns: it calls p and q, and then answers. A command whose `step` is
an agent and a number comes when that step is kept.

Nodes of type `run_workflow` name a graph of `callees`.

A run that goes on from an earlier one has a `base`: how that run differed (`nodes`, `script`, whether it was a `test` run).
`reuse` says how it goes on: its `kind`, the `node` that was asked for, `edits` of inputs, whether it is a `test` run, which
uses what nodes have `pinned`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parent / "cases"
POLICY_KEYS = ("join", "retry", "on_error", "on_uncertain", "timeout_seconds", "max_parallel", "disabled")
RETRYABLE = "transient"

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence about what a run does, with the run that shows it."""

    id: str
    says: str
    file: str
    graph: JsonObject
    script: Mapping[str, list[JsonObject]]
    commands: list[JsonObject]
    input: JsonObject
    expect: JsonObject
    base: JsonObject | None = None
    reuse: JsonObject | None = None
    callees: Mapping[str, JsonObject] = field(default_factory=dict)

    def before(self) -> "Case | None":
        """Give the case of the run that this one goes on from."""
        if self.base is None:
            return None
        graph = {**self.graph, "nodes": {**self.graph["nodes"], **self.base.get("nodes", {})}}
        script = scripted({**self.script, **scripted(self.base.get("script", {}))})
        reuse = {"test": True} if self.base.get("test") else None
        return replace(
            self,
            id=f"{self.id}.base",
            graph=graph,
            script=script,
            commands=[],
            base=None,
            reuse=reuse,
            expect={"status": ""},
            callees={**self.callees, **self.base.get("callees", {})},
        )

    def attempt(self, key: str, number: int) -> JsonObject:
        """Give what an attempt of a node run, counted from 1, is scripted to do; nothing for nodes outside the script."""
        attempts = self.script.get(key) or self.script.get(key.rpartition("/")[2])
        return {} if attempts is None else attempts[min(number, len(attempts)) - 1]

    def document(self) -> JsonObject:
        """Give the graph document that the short-hand means."""
        return document_of(self.graph)

    def callee(self, name: str) -> JsonObject:
        """Give the document of a workflow that nodes of the case run."""
        return document_of(self.callees[name])


def document_of(graph: JsonObject) -> JsonObject:
    """Expand a graph."""
    nodes = [node_document(name, raw) for name, raw in graph["nodes"].items()]
    edges = [edge_document(index, text) for index, text in enumerate(graph.get("edges", []))]
    return {"schema": 1, "settings": graph.get("settings", {}), "nodes": nodes, "edges": edges}


def node_document(name: str, raw: Any) -> JsonObject:
    """Expand one node."""
    spec: JsonObject = {"type": raw} if isinstance(raw, str) else dict(raw)
    if "router" in spec:
        cases = [{"port": port, "when": "input"} for port in spec.pop("router")]
        spec.update(type="router", params={"cases": cases, **spec.get("params", {})})
    if "agent" in spec:
        turns = json.dumps(spec.pop("agent"))
        spec.update(type="agent", params={"model": f"models/{name}", "prompt": turns, **spec.get("params", {})})
    if spec["type"] == "list":
        spec.update(type="merge", params={"mode": "list"})
    if spec["type"] == "call":
        spec.update(type="run_workflow")
    if spec["type"] == "set":
        spec.setdefault("params", {"value": "{{ input }}"})
    policy = {key: spec.pop(key) for key in POLICY_KEYS if key in spec}
    return {"id": name, **spec, "policy": policy}


def edge_document(index: int, text: str) -> JsonObject:
    """Expand one edge."""
    left, right = (part.strip() for part in text.split(">"))
    source, _, source_port = left.partition(".")
    target, _, target_port = right.partition(".")
    return {
        "id": f"e{index + 1}",
        "source": source,
        "source_port": source_port or "out",
        "target": target,
        "target_port": target_port or "in",
    }


def load_cases() -> Iterator[Case]:
    """Read every case of the corpus, in file order."""
    for path in sorted(CASES.glob("*.yaml")):
        for raw in yaml.safe_load_all(path.read_text()):
            yield read_case(raw, path.name)


def read_case(raw: JsonObject, file: str) -> Case:
    """Read one case; a key that is not known is a mistake in the case."""
    known = {"id", "says", "graph", "script", "commands", "input", "expect", "base", "reuse", "callees"}
    if unknown := set(raw) - known:
        raise ValueError(f"{file}, case {raw.get('id')}: unknown keys {sorted(unknown)}")
    return Case(
        id=raw["id"],
        says=raw["says"],
        file=file,
        graph=raw["graph"],
        script=scripted(raw.get("script", {})),
        commands=raw.get("commands", []),
        input=raw.get("input", {}),
        expect=raw["expect"],
        base=raw.get("base"),
        reuse=raw.get("reuse"),
        callees=raw.get("callees", {}),
    )


def scripted(raw: JsonObject) -> dict[str, list[JsonObject]]:
    """Read a script: one attempt alone stands for a list of one."""
    return {name: entry if isinstance(entry, list) else [entry] for name, entry in raw.items()}


def error_of(attempt: JsonObject) -> JsonObject:
    """Expand a scripted error: a code alone is a failure that no retry helps."""
    error = attempt["error"]
    spec: JsonObject = {"code": error} if isinstance(error, str) else dict(error)
    return {"message": f"Scripted: {spec['code']}.", "retryable": spec["code"] == RETRYABLE, **spec}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a runner saw of a run. `events` are wire events; `exact` says that times are virtual and can be compared."""

    status: str
    output: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    nodes: Mapping[str, Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    exact: bool = False
    steps: Sequence[Mapping[str, Any]] | None = None
    """What agents wrote of their steps, in order, as events tell it; None where a runner does not see it."""

    def started(self, key: str) -> list[float]:
        """Give the starts of a node run's attempts."""
        return [e["at"] for e in self.events if e["kind"] == "node.started" and e["node"] == key]


def disagreements(case: Case, seen: Seen) -> list[str]:
    """List where a run did not keep to its case."""
    expect = dict(case.expect)
    found = list(_about_run(expect, seen))
    for name, check in _NODE_CHECKS.items():
        for key, wanted in expect.pop(name, {}).items():
            got = check(seen, key)
            if got != wanted:
                found.append(f"{name} of {key}: expected {wanted!r}, got {got!r}")
    for name, check in _TIME_CHECKS.items():
        for key, wanted in expect.pop(name, {}).items():
            got = check(seen, key)
            if seen.exact and got != wanted:
                found.append(f"{name} of {key}: expected {wanted!r}, got {got!r}")
    found.extend(_about_steps(expect, seen))
    found.extend(_about_events(expect, seen))
    if expect:
        raise ValueError(f"case {case.id} expects something unknown: {sorted(expect)}")
    return found


def _about_run(expect: JsonObject, seen: Seen) -> Iterator[str]:
    """Compare status, output and error of the run. An error is given by code, or with its node and cause."""
    if (wanted := expect.pop("status")) != seen.status:
        yield f"status: expected {wanted}, got {seen.status} ({seen.error})"
    if "output" in expect and (wanted := expect.pop("output")) != seen.output:
        yield f"output: expected {wanted!r}, got {seen.output!r}"
    if "error" not in expect:
        return
    error = seen.error or {}
    data = error.get("data", {})
    facts = {"code": error.get("code"), "node": data.get("node"), "cause": data.get("cause", {}).get("code")}
    wanted = expect.pop("error")
    for part, value in ({"code": wanted} if isinstance(wanted, str) else wanted).items():
        if facts[part] != value:
            yield f"error {part}: expected {value!r}, got {facts[part]!r}"


def _about_steps(expect: JsonObject, seen: Seen) -> Iterator[str]:
    """Compare what agents did, where the runner sees it."""
    for name, check in _STEP_CHECKS.items():
        for key, wanted in expect.pop(name, {}).items():
            if seen.steps is not None and (got := check(seen.steps, key)) != wanted:
                yield f"{name} of {key}: expected {wanted!r}, got {got!r}"


def _about_events(expect: JsonObject, seen: Seen) -> Iterator[str]:
    """Compare how many events of a kind there are, and their order. An event is written ``kind node``."""
    names = [f"{event['kind']} {event['node'] or ''}".strip() for event in seen.events]
    kinds = [event["kind"] for event in seen.events]
    for name, count in expect.pop("counts", {}).items():
        got = names.count(name) if " " in name else kinds.count(name)
        if got != count:
            yield f"count of {name!r}: expected {count}, got {got}"
    order = expect.pop("order", [])
    got_order = [name for name in names if name in order]
    if got_order != order:
        yield f"order: expected {order}, got {got_order}"


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)


Check = Callable[[Seen, str], Any]
_NODE_CHECKS: dict[str, Check] = {
    "nodes": lambda seen, key: seen.nodes[key]["status"],
    "reasons": lambda seen, key: seen.nodes[key]["reason"],
    "degraded": lambda seen, key: seen.nodes[key]["degraded"],
    "attempts": lambda seen, key: seen.nodes[key]["attempts"],
    "errors": lambda seen, key: (seen.nodes[key]["error"] or {}).get("code"),
    "origins": lambda seen, key: seen.nodes[key]["origin"],
    "stale": lambda seen, key: seen.nodes[key]["stale"],
    "runs": lambda seen, key: len(seen.started(key)),
    "inputs": lambda seen, key: seen.inputs.get(key),
}
_TIME_CHECKS: dict[str, Check] = {
    "starts_ms": lambda seen, key: [_milliseconds(at) for at in seen.started(key)],
    "ends_ms": lambda seen, key: _milliseconds(
        next((e["at"] for e in seen.events if e["node"] == key and e["kind"] in ("node.finished", "node.skipped")), None)
    ),
}

StepCheck = Callable[[Sequence[Mapping[str, Any]], str], Any]


def _final(steps: Sequence[Mapping[str, Any]], agent: str) -> list[str]:
    """Give what became of an agent's steps, by number."""
    last = {one["idx"]: one for one in steps if one["agent"] == agent}
    return [f"{idx} {last[idx]['name']} {last[idx]['status']}" for idx in sorted(last)]


def _spent(steps: Sequence[Mapping[str, Any]], agent: str) -> float:
    """Add up what an agent and those that it asked have spent."""
    mine = [one for one in steps if one["agent"] == agent or one["agent"].startswith(f"{agent}!")]
    return float(sum(one.get("usage", {}).get("cost_usd", 0.0) for one in mine))


_STEP_CHECKS: dict[str, StepCheck] = {
    "steps": _final,
    "begun": lambda steps, name: sum(one["name"] == name and one["status"] == "running" for one in steps),
    "spent": _spent,
    "levels": lambda steps, agent: max(one["agent"].count("!") for one in steps if one["agent"].startswith(agent)),
}

NODE_END = ("node.finished", "node.skipped")
RUN_END = ("run.succeeded", "run.failed", "run.cancelled")
TERMINAL = ("succeeded", "failed", "skipped", "cancelled", "upstream_failed")


def broken_invariants(seen: Seen) -> list[str]:
    """List which of the engine's invariants a run breaks, as far as its events and node runs show them."""
    found = list(_ended_twice(seen)) + list(_work_without_intent(seen))
    found += [f"{key} did not end" for key, node in seen.nodes.items() if node["status"] not in TERMINAL]
    ends = [index for index, event in enumerate(seen.events) if event["kind"] in RUN_END]
    if ends != [len(seen.events) - 1]:
        found.append(f"the run's end must be the last event, once: {ends} of {len(seen.events)}")
    numbers = [event["seq"] for event in seen.events if "seq" in event]
    if numbers and numbers != list(range(1, len(seen.events) + 1)):
        found.append("event numbers have a gap")
    return found


def _ended_twice(seen: Seen) -> Iterator[str]:
    """A node run ends at most once, and nothing happens to it afterwards."""
    ended: set[str] = set()
    for event in seen.events:
        if event["node"] in ended and event["kind"] != "log":
            yield f"{event['kind']} after the end of {event['node']}"
        if event["kind"] in NODE_END:
            ended.add(event["node"])


def _work_without_intent(seen: Seen) -> Iterator[str]:
    """An attempt has begun before it ends, and each attempt begins once."""
    begun: set[tuple[str, int]] = set()
    for event in seen.events:
        attempt = (event["node"], event["data"].get("attempt", 0))
        if event["kind"] == "node.started":
            if attempt in begun:
                yield f"attempt {attempt} began twice"
            begun.add(attempt)
        elif event["kind"] in ("node.finished", "node.retry", "node.waiting") and attempt[1] and attempt not in begun:
            yield f"attempt {attempt} ended without having begun"
