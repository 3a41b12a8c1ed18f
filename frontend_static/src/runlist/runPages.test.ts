import { describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/client";
import type { RunFilter } from "../api/runs";
import type { RunSummary } from "../contracts/api";
import { PAGE_SIZE, RunPagesStore, type RunPages } from "./runPages";

const run = (index: number, status: RunSummary["status"] = "succeeded"): RunSummary => ({
  id: `r${index}`,
  workflow: { id: "w", name: "W" },
  version: null,
  status,
  created_at: new Date(Date.UTC(2025, 0, 1) - index * 1000).toISOString(),
  started_at: null,
  finished_at: null,
  error: null,
  usage: {},
  budget: { usd: null, tokens: null, on: "ask", model: "" },
  kind: "normal",
  base_run: null,
  parent_run: null,
  from_node: "",
  is_test: false,
  trigger: "api",
  fired_by: null,
});

function server(count: number) {
  const runs = Array.from({ length: count }, (_, index) => run(index));
  const fetch = vi.fn((filter: RunFilter) => {
    const { before } = filter;
    const older = before ? runs.filter((one) => one.created_at < before) : runs;
    return Promise.resolve({ items: older.slice(0, filter.limit ?? 0), total: runs.length });
  });
  return { runs, fetch };
}

const ready = (state: RunPages): Extract<RunPages, { kind: "ready" }> => {
  if (state.kind !== "ready") throw new Error(`it is ${state.kind}`);
  return state;
};

describe("RunPagesStore", () => {
  it("loads by the page until there is no more", async () => {
    const { fetch } = server(PAGE_SIZE + 5);
    const store = new RunPagesStore(fetch, {});
    await store.refresh();
    expect(ready(store.get())).toMatchObject({ hasMore: true, total: PAGE_SIZE + 5 });
    await store.more();
    expect(ready(store.get()).runs).toHaveLength(PAGE_SIZE + 5);
    expect(ready(store.get()).hasMore).toBe(false);
  });

  it("refreshes every page that is shown and lets new runs in on top", async () => {
    const { runs, fetch } = server(PAGE_SIZE * 2);
    const store = new RunPagesStore(fetch, {});
    await store.refresh();
    await store.more();
    runs[PAGE_SIZE + 3] = run(PAGE_SIZE + 3, "failed");
    runs.unshift(run(-1, "running"));
    await store.refresh();
    const shown = ready(store.get()).runs;
    expect(shown[0]?.id).toBe("r-1");
    expect(shown.find((one) => one.id === `r${PAGE_SIZE + 3}`)?.status).toBe("failed");
    expect(new Set(shown.map((one) => one.id)).size).toBe(shown.length);
  });

  it("keeps what is shown when a refresh fails, and says so", async () => {
    const { fetch } = server(3);
    const store = new RunPagesStore(fetch, {});
    await store.refresh();
    fetch.mockRejectedValueOnce(new ApiError("unreachable", "The server does not answer.", 0));
    await store.refresh();
    expect(ready(store.get())).toMatchObject({ error: { code: "unreachable" } });
    expect(ready(store.get()).runs).toHaveLength(3);
  });

  it("fails as a whole when there is nothing to show yet", async () => {
    const store = new RunPagesStore(() => Promise.reject(new ApiError("x", "No.", 500)), {});
    await store.refresh();
    expect(store.get()).toMatchObject({ kind: "failed", error: { message: "No." } });
  });
});
