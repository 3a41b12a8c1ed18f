import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { millisOrNull, parseEvent } from "./frames";
import { reduceRunEvents } from "./reduce";
import { fromSnapshot } from "./snapshot";
import { runOut } from "./testing";

/**
 * The semantics corpus, folded by the browser: the engine's runner writes one JSON file a case into SEMANTICS_EVENTS_DIR,
 * with the wire events and what its own fold makes of them.
 */
interface Case {
  events: Record<string, unknown>[];
  expected: Known & { nodes: Record<string, Known> };
}

type Known = Record<string, unknown>;

const RUN_FACTS = ["status", "reason"] as const;
const NODE_FACTS = ["status", "reason", "attempt", "ports", "error", "usage", "degraded", "preview"] as const;
const MOMENTS = { started_at: "startedAt", finished_at: "finishedAt", wake_at: "wakeAt" } as const;

const DIRECTORY = process.env.SEMANTICS_EVENTS_DIR;

const FILES = DIRECTORY ? readdirSync(DIRECTORY, { recursive: true }).map(String).filter((name) => name.endsWith(".json")) : [];

describe("the semantics corpus", () => {
  it("has cases wherever a directory of them is named", () => {
    expect(FILES.length > 0).toBe(Boolean(DIRECTORY));
  });

  it.each(FILES)("folds to what the engine says: %s", (file) => {
    const { events, expected } = JSON.parse(readFileSync(join(DIRECTORY ?? "", file), "utf8")) as Case;
    const numbered = events.map((event, index) => parseEvent({ seq: index + 1, ...event }));
    const folded = reduceRunEvents(fromSnapshot(runOut()), numbered);
    expect(folded.kind).toBe("ok");
    expect(told(folded.state, RUN_FACTS)).toEqual(expectation(expected, RUN_FACTS));
    expect([...folded.state.nodes.keys()].sort()).toEqual(Object.keys(expected.nodes).sort());
    for (const [key, node] of folded.state.nodes) {
      const { how: origin, from: reused_from, stale } = node.origin;
      const facts = expected.nodes[key] ?? {};
      expect({ origin, reused_from, stale }).toEqual({ origin: facts.origin, reused_from: facts.reused_from, stale: facts.stale });
      expect({ key, ...told(node, NODE_FACTS) }).toEqual({ key, ...expectation(facts, NODE_FACTS) });
    }
  });
});

type Told = { [Name in (typeof MOMENTS)[keyof typeof MOMENTS]]: number | null };

function told<Facts extends readonly string[]>(from: Told & { [Name in Facts[number]]: unknown }, facts: Facts): Known {
  const plain = facts.map((name) => [name, from[name as Facts[number]]]);
  return Object.fromEntries([...plain, ...Object.entries(MOMENTS).map(([name, ours]) => [name, from[ours]])]) as Known;
}

function expectation(from: Known, facts: readonly string[]): Known {
  const plain = facts.map((name) => [name, from[name]]);
  return Object.fromEntries([...plain, ...Object.keys(MOMENTS).map((name) => [name, millisOrNull(from[name])])]) as Known;
}
