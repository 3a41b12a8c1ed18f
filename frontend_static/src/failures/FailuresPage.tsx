import { useEffect, useRef, useState } from "react";
import { failureMerge } from "../api/failures";
import { meGet } from "../api/me";
import { useResource } from "../api/useResource";
import { navigate, usePlace } from "../app/router";
import type { FailureOut } from "../contracts/api";
import { ConnectionBar } from "../home/ConnectionBar";
import { Button, EmptyState, IconButton, Skeleton } from "../ui";
import { ActionDialog, type Asked } from "./dialogs";
import { FailureFilters } from "./FailureFilters";
import { FailureRow } from "./FailureRow";
import styles from "./failures.module.css";
import { useKeys } from "./keys";
import { isFiltered, readFilter, writeFilter, type Filter } from "./query";
import { actOn, assign, setState } from "./useAct";
import { useFailures, type Failures } from "./useFailures";
import { ViewsMenu } from "./ViewsMenu";

const fetchMe = (_: null, signal: AbortSignal) => meGet({ signal });

/** What has failed, by cause. The filter is in the address, so that it can be shared and walked back. */
export default function FailuresPage() {
  const { query } = usePlace();
  const filter = readFilter(query);
  const search = writeFilter(filter);
  const failures = useFailures(search);
  useEffect(() => {
    document.title = "Failures – GraphApp";
  }, []);
  const go = (next: Filter): void => {
    const to = writeFilter(next);
    navigate(`/failures${to && `?${to}`}`);
  };
  const { state } = failures;
  return (
    <main className={styles.page}>
      <ConnectionBar />
      <div className={styles.head}>
        <h1 className={styles.heading}>Failures</h1>
        <ViewsMenu query={search} />
      </div>
      <FailureFilters filter={filter} counts={state.kind === "ready" ? state.value.counts : {}} onChange={go} />
      {state.kind === "loading" && <Loading />}
      {state.kind === "failed" && (
        <section className={styles.box}>
          <EmptyState icon="cloud-off" title="The failures could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void failures.reload()}>Try again</Button>}>
            {state.error.message}
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.error !== null && (
        <p className={styles.old} role="status">
          {state.error.message} The list may be old.
        </p>
      )}
      {state.kind === "ready" && failures.items.length === 0 && <Nothing isFiltered={isFiltered(filter)} onClear={() => go({})} />}
      {failures.items.length > 0 && <Inbox key={search} failures={failures} per={filter.per === "day" ? "day" : "hour"} />}
    </main>
  );
}

function Inbox({ failures, per }: { failures: Failures; per: "hour" | "day" }) {
  const { items, reload } = failures;
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Asked | null>(null);
  const at = useRef<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const { state: me } = useResource(fetchMe, null);

  const chosen = (): FailureOut[] => items.filter(({ id }) => (marked.size > 0 ? marked.has(id) : id === at.current));
  const done = (): void => {
    setAsked(null);
    setMarked(new Set());
    void reload();
  };
  const act = (work: Promise<boolean>): void => void work.then((isDone) => isDone && done());
  const focus = (step: number): void => {
    const here = items.findIndex(({ id }) => id === at.current);
    const next = items[here < 0 ? 0 : Math.min(items.length - 1, Math.max(0, here + step))];
    if (next) list.current?.querySelector<HTMLElement>(`[data-failure="${next.id}"]`)?.focus();
  };
  const mark = (id: string | null): void => {
    if (id === null) return;
    const next = new Set(marked);
    if (!next.delete(id)) next.add(id);
    setMarked(next);
  };
  const ask = (what: Asked) => () => (what === "keys" || chosen().length > 0) && setAsked(what);
  const mine = (): void => {
    if (me.kind === "ready") act(assign(chosen(), me.value.email));
  };
  useKeys({
    j: () => focus(1),
    k: () => focus(-1),
    x: () => mark(at.current),
    e: () => act(setState(chosen(), { state: "resolved" })),
    p: () => act(setState(chosen(), { state: "in_progress" })),
    n: () => act(setState(chosen(), { state: "new" })),
    m: mine,
    a: ask("assign"),
    i: ask("ignore"),
    c: ask("comment"),
    "?": ask("keys"),
    "/": () => document.getElementById("failure-search")?.focus(),
  });
  const merge = (): void => {
    const [first, ...others] = chosen();
    if (first) act(actOn([first], (id) => failureMerge(id, others.map((one) => one.id)), "Merged"));
  };
  const isOneWorkflow = new Set(chosen().map(({ workflow }) => workflow.id)).size === 1;
  return (
    <>
      <div className={styles.bar} role="toolbar" aria-label="What to do">
        {marked.size > 0 ? (
          <>
            <span className={styles.marks}>{marked.size} marked</span>
            <Button small onClick={() => act(setState(chosen(), { state: "resolved" }))}>Resolve</Button>
            <Button small onClick={mine}>Assign to me</Button>
            <Button small onClick={ask("assign")}>Assign…</Button>
            <Button small onClick={ask("ignore")}>Ignore…</Button>
            <Button small onClick={merge} disabled={marked.size < 2 || !isOneWorkflow} title={isOneWorkflow ? undefined : "Only failures of one workflow can be merged"}>
              Merge
            </Button>
            <Button small kind="ghost" onClick={() => setMarked(new Set())}>Unmark</Button>
          </>
        ) : (
          <span className={styles.quiet}>{items.length === 1 ? "One cause" : `${items.length} causes`}{failures.hasMore && " and more"}, the last seen first</span>
        )}
        <span className={styles.end}>
          <IconButton small icon="keyboard" label="Keyboard shortcuts" keys="?" onClick={ask("keys")} />
        </span>
      </div>
      <ul ref={list} className={styles.list} aria-label="Failures by cause">
        {items.map((failure) => (
          <FailureRow key={failure.id} failure={failure} per={per} isMarked={marked.has(failure.id)} onMark={() => mark(failure.id)} onFocus={() => (at.current = failure.id)} />
        ))}
      </ul>
      {failures.hasMore && (
        <div className={styles.more}>
          <Button onClick={failures.more}>Show more</Button>
        </div>
      )}
      {asked !== null && <ActionDialog asked={asked} groups={chosen()} onDone={done} onClose={() => setAsked(null)} />}
    </>
  );
}

function Nothing({ isFiltered: isNarrow, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return (
    <section className={styles.box}>
      {isNarrow ? (
        <EmptyState icon="list-filter" title="No failure matches" actions={<Button onClick={onClear}>Show what is to do</Button>}>
          Nothing that you may see is like this.
        </EmptyState>
      ) : (
        <EmptyState icon="circle-check" title="Nothing calls for work">
          When runs fail, wait for a decision or go on without something, they appear here by cause, within seconds.
        </EmptyState>
      )}
    </section>
  );
}

function Loading() {
  return (
    <section className={styles.box} aria-busy="true" aria-label="Failures">
      {[46, 62, 54].map((width) => (
        <div key={width} className={styles.loading}>
          <Skeleton width={`${width}%`} />
          <Skeleton width="30%" />
        </div>
      ))}
    </section>
  );
}
