import { describe, expect, it } from "vitest";
import { reduceRunEvents } from "./reduce";
import { fromSnapshot } from "./snapshot";
import { events, iso, nodeRunOut, runOut } from "./testing";

const OVER = { error: { code: "rate_limit", message: "Busy." }, lost: false };

/** Whoever watched from the beginning, and whoever comes later, see the same stretches of time. */
function expectSame(facts: Parameters<typeof events>, late: Partial<ReturnType<typeof nodeRunOut>>): void {
  const { state } = reduceRunEvents(fromSnapshot(runOut()), events(["run.started"], ...facts));
  const told = fromSnapshot(runOut({ node_runs: [nodeRunOut("ask", { started_at: iso(20), ...late })] }));
  expect(told.nodes.get("ask")?.spans).toEqual(state.nodes.get("ask")?.spans);
}

describe("fromSnapshot", () => {
  it("tells each attempt of a node run that was tried again, and the waits between them", () => {
    expectSame(
      [
        ["node.started", "ask", { attempt: 1 }],
        ["node.retry", "ask", { attempt: 1, wake_at: iso(40), ...OVER }],
        ["node.started", "ask", { attempt: 2 }],
        ["node.retry", "ask", { attempt: 2, wake_at: iso(60), ...OVER, lost: true }],
        ["node.started", "ask", { attempt: 3 }],
        ["node.finished", "ask", { attempt: 3, status: "succeeded", ports: ["out"] }],
      ],
      {
        attempt: 3,
        finished_at: iso(70),
        attempts: [
          { n: 1, status: "failed", started_at: iso(20), finished_at: iso(30) },
          { n: 2, status: "lost", started_at: iso(40), finished_at: iso(50) },
          { n: 3, status: "succeeded", started_at: iso(60), finished_at: iso(70) },
        ],
      },
    );
  });

  it("tells the wait for an attempt that is still to come", () => {
    expectSame(
      [
        ["node.started", "ask", { attempt: 1 }],
        ["node.retry", "ask", { attempt: 1, wake_at: iso(40), ...OVER }],
        ["node.started", "ask", { attempt: 2 }],
        ["node.retry", "ask", { attempt: 2, wake_at: iso(900), ...OVER }],
      ],
      {
        status: "waiting",
        attempt: 2,
        finished_at: null,
        attempts: [
          { n: 1, status: "failed", started_at: iso(20), finished_at: iso(30) },
          { n: 2, status: "failed", started_at: iso(40), finished_at: iso(50) },
        ],
      },
    );
  });

  it("tells of a node run that was tried once and waited when it worked and when it waited", () => {
    const waits = ["node.waiting", "ask", { attempt: 1, wake_at: null, reason: "approval" }] as const;
    const one = { n: 1, started_at: iso(20), waited_from: iso(30) };
    expectSame([["node.started", "ask", { attempt: 1 }], [...waits]], { status: "waiting", finished_at: null, attempts: [{ ...one, status: "waiting", finished_at: null }] });
    for (const status of ["succeeded", "cancelled"] as const) {
      expectSame(
        [["node.started", "ask", { attempt: 1 }], [...waits], ["node.finished", "ask", { attempt: 1, status, ports: [] }]],
        { status, finished_at: iso(40), attempts: [{ ...one, status, finished_at: iso(40) }] },
      );
    }
  });

  it("takes the times of a node run that was tried once from itself", () => {
    expectSame(
      [
        ["node.started", "ask", { attempt: 1 }],
        ["node.finished", "ask", { attempt: 1, status: "failed", ports: [] }],
      ],
      { status: "failed", finished_at: iso(30) },
    );
  });
});
