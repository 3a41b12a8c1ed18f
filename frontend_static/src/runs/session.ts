import { asApiError, type ApiError } from "../api/client";
import { runCancel, runGet, runResume, runStart } from "../api/runs";
import type { JsonObject, ResumeIn, RunOut } from "../contracts/api";
import { backoffMillis } from "./backoff";
import type { Frame } from "./frames";
import { RunSocket, runSocketUrl, type Link, type SocketOptions } from "./socket";
import type { RunStore } from "./store";
import { RUN_TERMINAL } from "./types";
import { runOf } from "./view";

/** A stream that never fits must not turn into a storm of requests. */
const REFETCH_EVERY_MS = 1_000;

export interface SessionApi {
  start: (workflowId: string, input: JsonObject) => Promise<RunOut>;
  resume: (runId: string, wish: ResumeIn) => Promise<RunOut>;
  get: (runId: string) => Promise<RunOut>;
  cancel: (runId: string) => Promise<unknown>;
}

const LIVE_API: SessionApi = {
  start: (workflowId, input) => runStart(workflowId, { input, version: "draft" }),
  resume: (runId, wish) => runResume(runId, wish),
  get: (runId) => runGet(runId),
  cancel: (runId) => runCancel(runId),
};

/** Keeps the store true to one run at a time: it asks, listens, and asks again whenever what it heard does not fit. */
export class RunSession {
  private socket: RunSocket | null = null;
  private generation = 0;
  private refetches = 0;
  private refetchedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly store: RunStore,
    private readonly serverApi: SessionApi = LIVE_API,
    private readonly socketOptions: Omit<SocketOptions, "url"> = {},
  ) {}

  /** Start a run and listen to it at once. Rejects with an `ApiError`, for the form to show. */
  start(workflowId: string, input: JsonObject): Promise<string> {
    return this.launch(workflowId, () => this.serverApi.start(workflowId, input));
  }

  /** Go on from an ended run with a new one, and listen to that. Rejects as `start` does. */
  resume(workflowId: string, runId: string, wish: ResumeIn): Promise<string> {
    return this.launch(workflowId, () => this.serverApi.resume(runId, wish));
  }

  private async launch(workflowId: string, ask: () => Promise<RunOut>): Promise<string> {
    const before = runOf(this.store.getView())?.id;
    const generation = this.begin();
    this.store.starting(workflowId);
    try {
      const run = await ask();
      if (generation === this.generation) this.follow(run);
      return run.id;
    } catch (thrown) {
      if (generation === this.generation) this.restore(before);
      throw asApiError(thrown);
    }
  }

  /** A refused start must not take away the run that was on the page. */
  private restore(runId: string | undefined): void {
    this.store.idle();
    if (runId !== undefined) void this.open(runId);
  }

  async open(runId: string): Promise<void> {
    if (runOf(this.store.getView())?.id === runId) return;
    const generation = this.begin();
    this.store.loading(runId);
    try {
      const run = await this.serverApi.get(runId);
      if (generation === this.generation) this.follow(run);
    } catch (thrown) {
      if (generation === this.generation) this.store.unavailable(runId, asApiError(thrown));
    }
  }

  async cancel(): Promise<void> {
    const run = runOf(this.store.getView());
    if (run !== null) await this.serverApi.cancel(run.id);
  }

  close(): void {
    this.begin();
    this.store.idle();
  }

  private begin(): number {
    this.socket?.close();
    this.socket = null;
    this.refetches = 0;
    this.generation += 1;
    return this.generation;
  }

  private follow(answer: RunOut): void {
    this.store.load(answer);
    if (RUN_TERMINAL.has(answer.status)) return;
    const lastSeq = (): number => runOf(this.store.getView())?.seq ?? 0;
    const handlers = { onFrame: this.onFrame, onLink: this.onLink, onBadFrame: () => this.refetch("bad frame"), lastSeq };
    this.socket = new RunSocket(handlers, { ...this.socketOptions, url: (after) => runSocketUrl(answer.id, after) });
    this.socket.open();
  }

  private readonly onFrame = (frame: Frame): void => {
    switch (frame.kind) {
      case "events":
        return this.onEvents(frame);
      case "delta":
        return this.store.addDelta(frame.node, frame);
      case "part":
        return this.store.addPart(frame.node, frame.part);
      case "snapshot":
        this.store.load(frame.run);
        return this.settle();
      case "heartbeat":
        return undefined;
    }
  };

  private onEvents(frame: Extract<Frame, { kind: "events" }>): void {
    if (this.store.apply(frame.events) === "stale") return this.refetch("gap");
    this.settle();
  }

  /** After progress: acknowledge it, and once the run has ended fetch the full answer, since events carry previews. */
  private settle(): void {
    const run = runOf(this.store.getView());
    if (run === null) return;
    this.refetches = 0;
    this.socket?.processed(run.seq);
    if (RUN_TERMINAL.has(run.status) && this.socket !== null) {
      this.socket.close();
      this.socket = null;
      void this.reload(run.id, this.generation);
    }
  }

  private readonly onLink = (link: Link): void => {
    if (link.kind !== "refused") return this.store.setLink(link);
    const known = runOf(this.store.getView());
    this.socket = null;
    this.store.unavailable(known?.id ?? null, refusedReason(link.code));
  };

  private refetch(why: string): void {
    const run = runOf(this.store.getView());
    if (run === null) return;
    this.socket?.close();
    this.socket = null;
    this.store.stale(why);
    const { generation } = this;
    const wait = Math.max(0, REFETCH_EVERY_MS - (Date.now() - this.refetchedAt));
    setTimeout(() => {
      if (generation !== this.generation) return;
      this.refetchedAt = Date.now();
      void this.reload(run.id, generation);
    }, wait);
  }

  /** Ask for the whole run until it is answered or refused for good; passing failures are tried again, ever more slowly. */
  private async reload(runId: string, generation: number): Promise<void> {
    try {
      const answer = await this.serverApi.get(runId);
      if (generation === this.generation) this.follow(answer);
    } catch (thrown) {
      if (generation === this.generation) this.retryReload(runId, generation, asApiError(thrown));
    }
  }

  private retryReload(runId: string, generation: number, error: ApiError): void {
    if (!error.isPassing) return this.store.unavailable(runId, error);
    this.refetches += 1;
    setTimeout(() => {
      if (generation === this.generation) void this.reload(runId, generation);
    }, backoffMillis(this.refetches));
  }
}

function refusedReason(code: number): { code: string; message: string } {
  if (code === 4401) return { code: "signed_out", message: "You are signed out. Sign in again to follow this run." };
  return { code: "not_found", message: "This run was not found. It may have been deleted with its workflow." };
}
