import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/client";
import type { RunOut } from "../contracts/api";
import { FakeSocket, fakeWindow } from "./fakeSocket";
import { RunSession } from "./session";
import { RunStore } from "./store";
import { nodeRunOut, runOut, wire } from "./testing";

const now = (work: () => void) => work;

describe("RunSession", () => {
  let store: RunStore;
  let session: RunSession;
  let answer: () => Promise<RunOut>;
  const start = vi.fn<() => Promise<RunOut>>();
  const resume = vi.fn<() => Promise<RunOut>>();
  const get = vi.fn<() => Promise<RunOut>>();
  const cancel = vi.fn<() => Promise<void>>();

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("window", fakeWindow());
    FakeSocket.all = [];
    answer = () => Promise.resolve(runOut());
    start.mockReset().mockImplementation(() => answer());
    resume.mockReset().mockImplementation(() => answer());
    get.mockReset().mockImplementation(() => answer());
    cancel.mockReset().mockResolvedValue();
    store = new RunStore(now);
    session = new RunSession(store, { start, resume, get, cancel }, { create: FakeSocket.make, random: () => 0 });
  });

  afterEach(() => {
    session.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1);

  it("shows nodes as pending from the moment of the click, before the server has answered", async () => {
    const started = session.start("w1", {});
    expect(store.getView()).toEqual({ kind: "starting", workflowId: "w1" });
    expect(store.getNode("ask")?.status).toBe("pending");
    expect(await started).toBe("r1");
    expect(store.getView().kind).toBe("live");
    expect(FakeSocket.last.url).toBe("ws://app.test/ws/runs/r1/?after=0");
  });

  it("gives the refusal of a start to the form and keeps no half-started run", async () => {
    answer = () => Promise.reject(new ApiError("input_invalid", "Check the fields.", 422, { fields: { question: "Required." } }));
    await expect(session.start("w1", {})).rejects.toMatchObject({ fields: { question: "Required." } });
    expect(store.getView().kind).toBe("idle");
    expect(store.getNode("ask")).toBeUndefined();
  });

  it("shows the run that goes on, and gives the run that was shown back when going on is refused", async () => {
    answer = () => Promise.resolve(runOut({ id: "r2", kind: "resume", base_run: "r1" }));
    expect(await session.resume("w1", "r1", { version: "draft" })).toBe("r2");
    expect(resume).toHaveBeenCalledWith("r1", { version: "draft" });
    expect(store.getView()).toMatchObject({ kind: "live", run: { id: "r2", kind: "resume", baseRun: "r1" } });
    resume.mockRejectedValue(new ApiError("nothing_to_resume", "This run succeeded.", 409, {}));
    await expect(session.resume("w1", "r2", {})).rejects.toMatchObject({ code: "nothing_to_resume" });
    await settle();
    expect(store.getView()).toMatchObject({ kind: "live", run: { id: "r2" } });
  });

  it("applies events, then fetches the whole answer once the run has ended", async () => {
    await session.start("w1", {});
    answer = () => Promise.resolve(runOut({ status: "succeeded", seq: 2, output: { result: 1 } }));
    FakeSocket.last.accept();
    FakeSocket.last.say({ kind: "events", events: wire(["run.started"], ["run.succeeded"]) });
    expect(store.getView()).toMatchObject({ kind: "ended", isWhole: false });
    await settle();
    expect(store.getView()).toMatchObject({ kind: "ended", isWhole: true, run: { output: { result: 1 } } });
    expect(FakeSocket.all).toHaveLength(1);
    expect(FakeSocket.last.readyState).toBe(3);
  });

  it("answers a gap with a fresh snapshot and goes on after it", async () => {
    await session.start("w1", {});
    FakeSocket.last.accept();
    answer = () => Promise.resolve(runOut({ status: "running", seq: 5, node_runs: [nodeRunOut("ask", { status: "running", finished_at: null })] }));
    FakeSocket.last.say({ kind: "events", events: wire(["run.started"], ["node.started", "a", { attempt: 1 }]).slice(1) });
    expect(store.getView()).toMatchObject({ kind: "stale", why: "gap" });
    await settle();
    expect(store.getView()).toMatchObject({ kind: "live", run: { seq: 5 } });
    expect(store.getNode("ask")?.status).toBe("running");
    expect(FakeSocket.last.url).toContain("after=5");
  });

  it("does not storm the server when the stream never fits", async () => {
    await session.start("w1", {});
    const misfit = (): void => {
      FakeSocket.last.accept();
      FakeSocket.last.say({ kind: "events", events: wire(["a"], ["b"], ["c"]).slice(2) });
    };
    misfit();
    await settle();
    misfit();
    await settle();
    expect(get).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(get).toHaveBeenCalledTimes(2);
  });

  it("keeps asking through passing failures and says so for lasting ones", async () => {
    await session.start("w1", {});
    FakeSocket.last.accept();
    answer = () => Promise.reject(new ApiError("unreachable", "The server does not answer.", 0));
    FakeSocket.last.say("garbage");
    await settle();
    expect(store.getView().kind).toBe("stale");
    answer = () => Promise.reject(new ApiError("not_found", "Gone.", 404));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.getView()).toEqual({ kind: "unavailable", runId: "r1", code: "not_found", message: "Gone." });
  });

  it("ignores what arrives for a run that was left", async () => {
    let arrive: (run: RunOut) => void = () => undefined;
    answer = () => new Promise((resolve) => (arrive = resolve));
    const opening = session.open("r1");
    session.close();
    arrive(runOut());
    await opening;
    expect(store.getView().kind).toBe("idle");
    expect(FakeSocket.all).toHaveLength(0);
  });

  it("streams text into the node and keeps it over a refetch", async () => {
    await session.start("w1", {});
    FakeSocket.last.accept();
    FakeSocket.last.say({ kind: "events", events: wire(["run.started"], ["node.started", "ask", { attempt: 1 }]) });
    FakeSocket.last.say({ kind: "delta", node: "ask", attempt: 1, offset: 0, text: "Hel" });
    FakeSocket.last.say({ kind: "delta", node: "ask", attempt: 1, offset: 3, text: "lo" });
    expect(store.getNode("ask")?.text).toBe("Hello");
    FakeSocket.last.say({ kind: "snapshot", seq: 2, run: runOut({ status: "running", seq: 2, node_runs: [nodeRunOut("ask", { status: "running", finished_at: null })] }) });
    expect(store.getNode("ask")?.text).toBe("Hello");
  });

  it("says what a refused connection means", async () => {
    await session.start("w1", {});
    FakeSocket.last.end(4401);
    expect(store.getView()).toMatchObject({ kind: "unavailable", code: "signed_out" });
  });
});
