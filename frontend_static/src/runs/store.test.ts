import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../contracts/api";
import { RunStore } from "./store";
import { events, nodeRunOut, runOut } from "./testing";

describe("RunStore", () => {
  let frame: () => void = () => undefined;
  let moment: () => void = () => undefined;
  let store: RunStore;

  beforeEach(() => {
    store = new RunStore(
      (work) => {
        frame = work;
        return () => undefined;
      },
      (work) => {
        moment = work;
        return () => undefined;
      },
    );
    store.load(runOut());
    frame();
  });

  it("tells only the subscribers of the node that moved, once a frame", () => {
    const [ask, other] = [vi.fn(), vi.fn()];
    store.subscribeNode("ask", ask);
    store.subscribeNode("other", other);
    store.apply(events(["run.started"], ["node.started", "ask", { attempt: 1 }]));
    store.addDelta("ask", { attempt: 1, offset: 0, text: "a" });
    store.addDelta("ask", { attempt: 1, offset: 1, text: "b" });
    frame();
    expect(ask).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
    expect(store.getNode("ask")?.text).toBe("ab");
  });

  it("tells of the whole run's progress seldom, and of its state at once", () => {
    const [whole, ask] = [vi.fn(), vi.fn()];
    store.subscribeView(whole);
    store.subscribeNode("ask", ask);
    store.apply(events(["run.started"]));
    frame();
    expect(whole).toHaveBeenCalledTimes(1);
    store.setLink({ kind: "open" });
    frame();
    expect(whole).toHaveBeenCalledTimes(2);
    store.apply([{ seq: 2, at: 0, kind: "node.started", node: "ask", attempt: 1 }]);
    frame();
    expect(ask).toHaveBeenCalled();
    expect(whole).toHaveBeenCalledTimes(2);
    moment();
    expect(whole).toHaveBeenCalledTimes(3);
    store.apply([{ seq: 3, at: 0, kind: "run.cancelled", reason: "" }]);
    frame();
    expect(whole).toHaveBeenCalledTimes(4);
  });

  it("gives the same object until the node changes", () => {
    store.apply(events(["run.started"], ["node.started", "ask", { attempt: 1 }]));
    const before = store.getNode("ask");
    expect(store.getNode("ask")).toBe(before);
    store.addDelta("ask", { attempt: 1, offset: 0, text: "a" });
    expect(store.getNode("ask")).not.toBe(before);
  });

  it("finds a node inside a container by its id, where it moved last", () => {
    const listener = vi.fn();
    store.subscribeNode("score", listener);
    store.apply(events(["run.started"], ["node.started", "each#1/score", { attempt: 1 }]));
    frame();
    expect(listener).toHaveBeenCalledTimes(1);
    expect(store.getNode("score")?.key).toBe("each#1/score");
    expect(store.nodeStatuses().get("score")).toBe("running");
  });

  it("reads unknown nodes as pending while the run is under way, and as nothing after it", () => {
    const listener = vi.fn();
    store.subscribeNode("late", listener);
    expect(store.getNode("late")?.status).toBe("pending");
    store.apply(events(["run.started"], ["run.cancelled", null, { reason: "asked" }]));
    frame();
    expect(listener).toHaveBeenCalled();
    expect(store.getNode("late")).toBeUndefined();
  });

  it("adds up the parts of a map that several workers share, and never counts one twice", () => {
    const far = (): unknown => {
      const { done, failed, running, total } = store.getNode("each")?.progress ?? {};
      return { done, failed, running, total };
    };
    const shared = (shards: number[], done: number, items?: number[]): JsonObject => ({ total: 50, done, failed: items?.length ?? 0, running: 0, shards, ...(items && { items }) });
    store.apply(events(["run.started"], ["node.started", "each", { attempt: 1 }], ["map.progress", "each", shared([0, 25], 0)]));
    store.addPart("each", { first: 0, done: 3, failed: 1, running: 2 });
    store.addPart("each", { first: 25, done: 4, failed: 0, running: 2 });
    store.addPart("each", { first: 25, done: 5, failed: 0, running: 2 });
    expect(far()).toEqual({ done: 8, failed: 1, running: 4, total: 50 });
    store.apply(events(["map.progress", "each", shared([25], 24, [7])]).map((event) => ({ ...event, seq: 4 })));
    store.addPart("each", { first: 0, done: 3, failed: 1, running: 2 });
    expect(far()).toEqual({ done: 29, failed: 1, running: 2, total: 50 });
    expect(store.getNode("each")?.progress?.failures).toEqual([7]);
  });

  it("shows a node that no event tells of where it was asked for", () => {
    store.addScope("r1", [nodeRunOut("each#0/score", { status: "running" })]);
    expect(store.getNode("score")?.status).toBe("running");
  });

  it("names to the far canvas which nodes changed", () => {
    const listener = vi.fn();
    store.subscribeStatuses(listener);
    store.apply(events(["run.started"], ["node.started", "ask", { attempt: 1 }]));
    frame();
    expect([...(listener.mock.calls[0]?.[0] as Set<string>)]).toEqual(["ask"]);
  });

  it("forgets the last run with the next", () => {
    store.load(runOut({ status: "succeeded", node_runs: [nodeRunOut("ask")] }));
    expect(store.nodeStatuses().get("ask")).toBe("succeeded");
    store.starting("w1");
    frame();
    expect(store.nodeStatuses().size).toBe(0);
    expect(store.getNode("ask")?.status).toBe("pending");
  });
});
