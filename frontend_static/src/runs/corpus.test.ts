import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseEvent } from "./frames";
import { reduceRunEvents } from "./reduce";
import { fromSnapshot } from "./snapshot";
import { runOut } from "./testing";

/**
 * The semantics corpus, folded by the browser: the engine's runner writes one JSON file a case into SEMANTICS_EVENTS_DIR,
 * `{"events": [wire event], "expected": {"status", "nodes": {key: status or {"status"}}}}`.
 */
interface Case {
  events: Record<string, unknown>[];
  expected: { status: string; nodes: Record<string, string | { status: string }> };
}

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
    const statuses = Object.fromEntries([...folded.state.nodes].map(([key, node]) => [key, node.status]));
    const wanted = Object.entries(expected.nodes).map(([key, node]) => [key, typeof node === "string" ? node : node.status] as const);
    expect({ status: folded.state.status, nodes: statuses }).toEqual({
      status: expected.status,
      nodes: Object.fromEntries(wanted.filter(([, status]) => status !== "pending" && status !== "ready")),
    });
  });
});
