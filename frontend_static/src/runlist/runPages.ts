import { asApiError, type ApiError } from "../api/client";
import type { RunFilter } from "../api/runs";
import type { Page, RunSummary } from "../contracts/api";

export const PAGE_SIZE = 50;

export type RunPages =
  | { kind: "loading" }
  | { kind: "failed"; error: ApiError }
  | { kind: "ready"; runs: readonly RunSummary[]; total: number; hasMore: boolean; isLoadingMore: boolean; error: ApiError | null };

type Fetch = (filter: RunFilter) => Promise<Page<RunSummary>>;

/** Runs by the page, newest first. A refresh asks for every page that is shown, so that no row grows old. */
export class RunPagesStore {
  private state: RunPages = { kind: "loading" };
  private readonly listeners = new Set<() => void>();
  private isBusy = false;
  private isStopped = false;

  constructor(
    private readonly fetch: Fetch,
    private readonly filter: RunFilter,
  ) {}

  get = (): RunPages => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start = (): (() => void) => {
    this.isStopped = false;
    void this.refresh();
    return () => (this.isStopped = true);
  };

  refresh = (): Promise<void> => this.once(async () => {
    if (this.state.kind === "failed") this.set({ kind: "loading" });
    const shown = this.state.kind === "ready" ? this.state.runs.length : 0;
    await this.fill(Math.max(1, Math.ceil(shown / PAGE_SIZE)));
  });

  more = (): Promise<void> => this.once(async () => {
    if (this.state.kind !== "ready" || !this.state.hasMore) return;
    this.set({ ...this.state, isLoadingMore: true });
    const before = this.state.runs;
    const page = await this.fetch({ ...this.filter, limit: PAGE_SIZE, before: before.at(-1)?.created_at ?? null });
    this.show(merge(before, page.items), page);
  });

  private async fill(pages: number): Promise<void> {
    let runs: readonly RunSummary[] = [];
    let page: Page<RunSummary> = { items: [], total: 0 };
    for (let number = 0; number < pages; number += 1) {
      page = await this.fetch({ ...this.filter, limit: PAGE_SIZE, before: runs.at(-1)?.created_at ?? null });
      runs = merge(runs, page.items);
      if (page.items.length < PAGE_SIZE) break;
    }
    this.show(runs, page);
  }

  private show(runs: readonly RunSummary[], last: Page<RunSummary>): void {
    const hasMore = last.items.length === PAGE_SIZE && runs.length < last.total;
    this.set({ kind: "ready", runs, total: Math.max(last.total, runs.length), hasMore, isLoadingMore: false, error: null });
  }

  /** One call at a time; a second wish while one is under way is dropped. */
  private async once(work: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await work();
    } catch (thrown) {
      const error = asApiError(thrown);
      this.set(this.state.kind === "ready" ? { ...this.state, isLoadingMore: false, error } : { kind: "failed", error });
    } finally {
      this.isBusy = false;
    }
  }

  private set(state: RunPages): void {
    if (this.isStopped) return;
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}

function merge(before: readonly RunSummary[], next: readonly RunSummary[]): readonly RunSummary[] {
  const known = new Set(before.map((run) => run.id));
  return [...before, ...next.filter((run) => !known.has(run.id))];
}
