import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventOut, RunOut } from "../contracts/api";
import { FakeSocket, fakeWindow } from "./fakeSocket";
import { RunSession } from "./session";
import { RunStore } from "./store";
import { iso, nodeRunOut, runOut, seeded, wire } from "./testing";
import { runOf } from "./view";

const NODES = 999;
const LAST = 2 * NODES + 2;
const WINDOW = 500;
const now = (work: () => void) => work;
const key = (number: number): string => `n${number}`;

/** Every event of a run of many nodes. */
function story(): EventOut[] {
  const nodes = Array.from({ length: NODES }, (_, number): Parameters<typeof wire> => [
    ["node.started", key(number), { attempt: 1 }],
    ["node.finished", key(number), { attempt: 1, status: "succeeded", ports: ["out"] }],
  ]);
  return wire(["run.started"], ...nodes.flat(), ["run.succeeded"]);
}

/** The run as its rows say it is after so many events. */
function rowsAt(seq: number): RunOut {
  const begun = Math.min(NODES, Math.floor(seq / 2));
  const ended = Math.min(NODES, Math.floor((seq - 1) / 2));
  const rows = Array.from({ length: begun }, (_, number) =>
    nodeRunOut(key(number), {
      status: number < ended ? "succeeded" : "running",
      ports: number < ended ? ["out"] : [],
      started_at: iso((2 * number + 2) * 10),
      finished_at: number < ended ? iso((2 * number + 3) * 10) : null,
    }),
  );
  const isOver = seq >= LAST;
  return runOut({ seq, status: isOver ? "succeeded" : seq > 0 ? "running" : "queued", started_at: seq > 0 ? iso(10) : null, finished_at: isOver ? iso(LAST * 10) : null, node_runs: rows });
}

/** The server's side: it tells in order and within the window; the wire loses, repeats, swaps and garbles what it says, and breaks. */
class Wire {
  committed = 0;
  mostUnacknowledged = 0;
  private readonly events = story();
  private socket: FakeSocket | null = null;
  private sent = 0;

  constructor(private readonly random: () => number) {}

  tick(): void {
    this.committed = Math.min(LAST, this.committed + Math.floor(this.random() * 30));
    const { last } = FakeSocket;
    if (last.readyState === 3) return;
    if (last !== this.socket) this.welcome(last);
    const acked = Math.max(this.after(last), ...last.sent.map((message) => (message as { seq: number }).seq));
    const upto = Math.min(this.committed, acked + WINDOW, this.sent + 40);
    this.mostUnacknowledged = Math.max(this.mostUnacknowledged, upto - acked);
    if (upto > this.sent) this.say({ kind: "events", events: this.events.slice(this.sent, upto) });
    this.sent = upto;
    if (this.random() < 0.2) last.say({ kind: "heartbeat", last_seq: this.committed });
    if (this.random() < 0.03) last.end(1006);
  }

  private welcome(socket: FakeSocket): void {
    this.socket = socket;
    this.sent = this.after(socket);
    socket.accept();
  }

  private after(socket: FakeSocket): number {
    return Number(new URL(socket.url).searchParams.get("after"));
  }

  private say(frame: { kind: string; events: EventOut[] }): void {
    const chance = this.random();
    if (chance < 0.05) return;
    const middle = Math.ceil(frame.events.length / 2);
    const halves = [frame.events.slice(0, middle), frame.events.slice(middle)].filter((half) => half.length > 0).map((events) => ({ ...frame, events }));
    const frames: unknown[] = chance < 0.1 ? halves.reverse() : chance < 0.2 ? [frame, frame] : chance < 0.22 ? ["{not json"] : [frame];
    for (const one of frames) FakeSocket.last.say(one);
  }
}

describe("a run of two thousand events over a lossy wire", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("window", fakeWindow());
    FakeSocket.all = [];
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it.each([1, 2, 3, 4, 5])("is shown as it is in the database, whatever the wire does (%i)", async (seed) => {
    const server = new Wire(seeded(seed));
    const get = (): Promise<RunOut> => Promise.resolve(rowsAt(server.committed));
    const store = new RunStore(now);
    const session = new RunSession(store, { start: get, resume: get, get, cancel: () => Promise.resolve() }, { create: FakeSocket.make, random: seeded(seed) });
    await session.start("w1", {});
    for (let turn = 0; turn < 4_000 && store.getView().kind !== "ended"; turn += 1) {
      server.tick();
      await vi.advanceTimersByTimeAsync(250);
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakeSocket.all.length).toBeGreaterThan(2);
    expect(server.mostUnacknowledged).toBeLessThanOrEqual(WINDOW);
    const truth = new RunStore(now);
    truth.load(rowsAt(LAST));
    const [shown, meant] = [runOf(store.getView()), runOf(truth.getView())];
    expect(shown?.status).toBe("succeeded");
    expect([...(shown?.nodes.values() ?? [])].map((node) => [node.key, node.status])).toEqual([...(meant?.nodes.values() ?? [])].map((node) => [node.key, node.status]));
    expect(shown).toEqual(meant);
    session.close();
  });

  it("never shows a node in a state that it was not in", async () => {
    const server = new Wire(seeded(42));
    const get = (): Promise<RunOut> => Promise.resolve(rowsAt(server.committed));
    const store = new RunStore(now);
    const session = new RunSession(store, { start: get, resume: get, get, cancel: () => Promise.resolve() }, { create: FakeSocket.make, random: seeded(9) });
    await session.start("w1", {});
    for (let turn = 0; turn < 4_000 && store.getView().kind !== "ended"; turn += 1) {
      server.tick();
      const run = runOf(store.getView());
      const meant = rowsAt(run?.seq ?? 0).node_runs.map((row) => [row.key, row.status]);
      expect([...(run?.nodes.values() ?? [])].filter((node) => node.status !== "pending").map((node) => [node.key, node.status])).toEqual(meant);
      await vi.advanceTimersByTimeAsync(250);
    }
    expect(store.getView().kind).toBe("ended");
    session.close();
  });
});
