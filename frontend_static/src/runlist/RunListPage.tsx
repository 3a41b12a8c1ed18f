import { useEffect, useMemo, useSyncExternalStore } from "react";
import { runList } from "../api/runs";
import { navigate, usePlace } from "../app/router";
import type { RunStatus } from "../contracts/api";
import { ConnectionBar } from "../home/ConnectionBar";
import { useRefreshWhileActive } from "../home/recent";
import { Button, EmptyState, Skeleton } from "../ui";
import { RunFilters } from "./RunFilters";
import styles from "./RunListPage.module.css";
import { RunPagesStore, type RunPages } from "./runPages";
import { RunTable } from "./RunTable";

const STATUSES: readonly string[] = ["queued", "running", "waiting", "succeeded", "failed", "cancelled"] satisfies RunStatus[];

/** All runs a person may see, newest first. The filter is in the address, so that it can be shared and walked back. */
export function RunListPage() {
  const { query } = usePlace();
  const given = query.get("status") ?? "";
  const status = STATUSES.includes(given) ? (given as RunStatus) : null;
  const workflow = query.get("workflow");
  const store = useMemo(() => new RunPagesStore(runList, { workflow, status }), [workflow, status]);
  const state = useSyncExternalStore(store.subscribe, store.get);
  useEffect(() => store.start(), [store]);
  useRefreshWhileActive(asResource(state), store.refresh);
  const filter = (next: { workflow: string | null; status: RunStatus | null }): void => {
    const search = new URLSearchParams();
    if (next.workflow) search.set("workflow", next.workflow);
    if (next.status) search.set("status", next.status);
    navigate(`/runs${search.size > 0 ? `?${search.toString()}` : ""}`);
  };
  return (
    <main className={styles.page}>
      <ConnectionBar />
      <div className={styles.head}>
        <h1 className={styles.title}>Runs</h1>
        {state.kind === "ready" && <span className={styles.total}>{state.total.toLocaleString("en-US")}</span>}
        <RunFilters status={status} workflow={workflow} onChange={filter} />
      </div>
      <Body state={state} store={store} isFiltered={status !== null || workflow !== null} onClear={() => filter({ workflow: null, status: null })} />
    </main>
  );
}

interface BodyProps {
  state: RunPages;
  store: RunPagesStore;
  isFiltered: boolean;
  onClear: () => void;
}

function Body({ state, store, isFiltered, onClear }: BodyProps) {
  if (state.kind === "loading") return <Loading />;
  if (state.kind === "failed") {
    return (
      <section className={styles.box}>
        <EmptyState
          icon="cloud-off"
          title="The runs could not be loaded"
          actions={
            <Button icon="refresh-cw" onClick={() => void store.refresh()}>
              Try again
            </Button>
          }
        >
          {state.error.message}
        </EmptyState>
      </section>
    );
  }
  if (state.runs.length === 0) return <Nothing isFiltered={isFiltered} onClear={onClear} />;
  return (
    <>
      {state.error !== null && (
        <p className={styles.old} role="status">
          {state.error.message} The list may be old.
        </p>
      )}
      <RunTable runs={state.runs} />
      {state.hasMore && (
        <div className={styles.more}>
          <Button disabled={state.isLoadingMore} onClick={() => void store.more()}>
            {state.isLoadingMore ? "Loading…" : `Show older runs (${(state.total - state.runs.length).toLocaleString("en-US")} more)`}
          </Button>
        </div>
      )}
    </>
  );
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return (
    <section className={styles.box}>
      {isFiltered ? (
        <EmptyState icon="list-filter" title="No run matches" actions={<Button onClick={onClear}>Show all runs</Button>}>
          No run has this status in this workflow.
        </EmptyState>
      ) : (
        <EmptyState icon="play" title="Nothing has run yet" actions={<Button onClick={() => navigate("/")}>Go to the workflows</Button>}>
          Open a workflow and press Run. Each run is kept here with its input, output, time and cost.
        </EmptyState>
      )}
    </section>
  );
}

function Loading() {
  return (
    <section className={styles.box} aria-busy="true" aria-label="Runs">
      {[52, 70, 61, 45, 66, 58].map((width) => (
        <div key={width} className={styles.loading}>
          <Skeleton width={88} />
          <Skeleton width={`${width}%`} />
        </div>
      ))}
    </section>
  );
}

function asResource(state: RunPages) {
  if (state.kind !== "ready") return { kind: "loading" as const };
  return { kind: "ready" as const, value: { items: [...state.runs], total: state.total }, isRefreshing: false, error: state.error };
}
