import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { failureGet, failureReview } from "../api/failures";
import { meGet } from "../api/me";
import { useResource } from "../api/useResource";
import { NotFound } from "../app/NotFound";
import { Link, navigate, usePlace } from "../app/router";
import type { FailureDetail, FailureReview } from "../contracts/api";
import { ConnectionBar } from "../home/ConnectionBar";
import { Badge, Button, EmptyState, Icon, Menu, Skeleton, toast } from "../ui";
import { Activity } from "./Activity";
import { BatchPanel } from "./BatchPanel";
import { ActionDialog, type Asked } from "./dialogs";
import { Differences } from "./Differences";
import { useEvery } from "./every";
import { useKeys } from "./keys";
import { ResumeAll } from "./ResumeAll";
import styles from "./review.module.css";
import { RunsOfGroup } from "./RunsOfGroup";
import { Side } from "./Side";
import { SingleRun } from "./SingleRun";
import { assign, setState } from "./useAct";
import { ignoredWords, KIND_WORDS, placeOf, STATE_TONES, STATE_WORDS } from "./words";

const FailedGraph = lazy(() => import("./FailedGraph"));

const LOOK_EVERY_MS = 3000;
const fetchMe = (_: null, signal: AbortSignal) => meGet({ signal });
const fetchGroup = (id: string, signal: AbortSignal) => failureGet(id, { signal });

/** The review of one failure: why, where, what is other than when it worked, and what to do. */
export default function FailurePage({ failureId }: { failureId: string }) {
  const { state, reload } = useResource(fetchGroup, failureId);
  useEvery(LOOK_EVERY_MS, reload);
  if (state.kind === "loading") return <Loading />;
  if (state.kind === "failed") {
    if (state.error.status === 404) return <NotFound />;
    return (
      <main className={styles.page}>
        <EmptyState icon="cloud-off" title="The failure could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
          {state.error.message}
        </EmptyState>
      </main>
    );
  }
  return <Review detail={state.value} reload={reload} />;
}

function Review({ detail, reload }: { detail: FailureDetail; reload: () => Promise<void> }) {
  const { query } = usePlace();
  const run = query.get("run");
  const [asked, setAsked] = useState<{ what: Asked; runs: string[] } | null>(null);
  const fetcher = useCallback((address: string, signal: AbortSignal): Promise<FailureReview> => {
    const [id = "", chosen = ""] = address.split(" ");
    return failureReview(id, chosen || null, { signal });
  }, []);
  const { state: review } = useResource(fetcher, `${detail.id} ${run ?? ""}`);
  useEffect(() => {
    document.title = `${detail.title}, ${detail.workflow.name} – GraphApp`;
  }, [detail.title, detail.workflow.name]);
  const [batches, setBatches] = useState(0);
  const [isResuming, setResuming] = useState(false);
  const done = (): void => {
    setAsked(null);
    void reload();
  };
  const made = (): void => {
    setResuming(false);
    setBatches((count) => count + 1);
  };
  const value = review.kind === "ready" ? review.value : null;
  return (
    <main className={styles.page}>
      <ConnectionBar />
      <Head detail={detail} onDone={done} onAsk={(what) => setAsked({ what, runs: [] })} onResume={() => setResuming(true)} />
      <div className={styles.columns}>
        <div className={styles.main}>
          <Why detail={detail} review={value} />
          <BatchPanel key={batches} groupId={detail.id} onChange={() => void reload()} />
          <section className={styles.card} aria-label="The run">
            {value && <SingleRun review={value} onHandle={() => setAsked({ what: "handle", runs: [value.entry.run.id] })} />}
            {value && (
              <Suspense fallback={<Skeleton height={440} />}>
                <FailedGraph key={value.entry.run.id} runId={value.entry.run.id} workflowId={detail.workflow.id} nodeKey={value.entry.node_key} />
              </Suspense>
            )}
            {review.kind === "failed" && <p className={styles.quiet}>{review.error.message}</p>}
            {review.kind === "loading" && <Skeleton height={440} />}
          </section>
          <section className={styles.card} aria-label="What is different">
            <h2>What is different from the last run that worked</h2>
            {value ? <Differences review={value} /> : <Skeleton height={40} />}
          </section>
          <section className={styles.card} aria-label="Runs">
            <h2>Runs of this failure</h2>
            <RunsOfGroup groupId={detail.id} shown={value?.entry.run.id ?? ""} onHandle={(id) => setAsked({ what: "handle", runs: [id] })} />
          </section>
        </div>
        <aside className={styles.side} aria-label="About this failure">
          <Side detail={detail} onChange={() => void reload()} />
          <Activity detail={detail} onChange={() => void reload()} />
        </aside>
      </div>
      {isResuming && <ResumeAll detail={detail} onMade={made} onClose={() => setResuming(false)} />}
      {asked && <ActionDialog asked={asked.what} groups={[detail]} runs={asked.runs} onDone={done} onClose={() => setAsked(null)} />}
    </main>
  );
}

interface HeadProps {
  detail: FailureDetail;
  onDone: () => void;
  onAsk: (what: Asked) => void;
  onResume: () => void;
}

function Head({ detail, onDone, onAsk, onResume }: HeadProps) {
  const { state: me } = useResource(fetchMe, null);
  const act = (work: Promise<boolean>): void => void work.then((isDone) => isDone && onDone());
  const set = (state: "new" | "in_progress" | "resolved") => () => act(setState([detail], { state }));
  const mine = (): void => {
    if (me.kind === "ready") act(assign([detail], me.value.email));
  };
  const copy = (): void => {
    void navigator.clipboard.writeText(`${window.location.origin}/failures/${encodeURIComponent(detail.id)}`).then(() => toast({ tone: "ok", text: "Link copied." }));
  };
  const canResume = detail.open_count > 0 && detail.kind !== "degraded";
  useKeys({
    e: set("resolved"), p: set("in_progress"), n: set("new"), m: mine, a: () => onAsk("assign"), i: () => onAsk("ignore"),
    r: () => canResume && onResume(), c: () => document.getElementById("failure-comment")?.focus(), u: () => navigate("/failures"), "?": () => onAsk("keys"),
  });
  const entries = [
    { id: "mine", label: "Assign to me", keys: "M", icon: "user", perform: mine },
    { id: "assign", label: "Assign…", keys: "A", perform: () => onAsk("assign") },
    { id: "progress", label: "In progress", keys: "P", perform: set("in_progress") },
    { id: "ignore", label: "Ignore…", keys: "I", perform: () => onAsk("ignore") },
    { id: "new", label: "New again", keys: "N", perform: set("new") },
    { kind: "line" as const, id: "line" },
    { id: "handle", label: "Mark all runs as handled…", disabled: detail.open_count === 0, perform: () => onAsk("handle") },
    { id: "link", label: "Copy the link", icon: "copy", perform: copy },
    { id: "keys", label: "Keyboard shortcuts", keys: "?", icon: "keyboard", perform: () => onAsk("keys") },
  ];
  return (
    <header className={styles.head}>
      <div className={styles.headText}>
        <p className={styles.trail}>
          <Link href="/failures">Failures</Link> <Icon name="chevron-right" size={12} /> <Link href={`/workflows/${encodeURIComponent(detail.workflow.id)}`}>{detail.workflow.name}</Link> <Icon name="chevron-right" size={12} /> {placeOf(detail)}
        </p>
        <h1 className={styles.title}>{detail.title}</h1>
        <p className={styles.badges}>
          <Badge tone={STATE_TONES[detail.state]}>{STATE_WORDS[detail.state]}</Badge>
          {detail.kind !== "failed" && <Badge tone="warn">{KIND_WORDS[detail.kind]}</Badge>}
          <Badge><code>{detail.code}</code></Badge>
          {detail.state === "ignored" && <span className={styles.quiet}>{ignoredWords(detail)}</span>}
        </p>
      </div>
      <div className={styles.actions}>
        <Menu entries={entries} align="end">
          <Button icon="ellipsis">Work on it</Button>
        </Menu>
        {detail.state !== "resolved" && <Button icon="check" onClick={set("resolved")}>Resolve</Button>}
        {canResume && <Button kind="primary" icon="play" onClick={onResume}>Resume all ({detail.open_count.toLocaleString("en-US")})…</Button>}
      </div>
    </header>
  );
}

function Why({ detail, review }: { detail: FailureDetail; review: FailureReview | null }) {
  const hint = review?.entry.run.error?.hint;
  return (
    <section className={styles.why} aria-label="Why">
      <p className={styles.whyText}>{detail.words.why}</p>
      <p className={styles.said}>{review?.entry.message ?? detail.message}</p>
      {hint && <p className={styles.fix}><Icon name="info" size={14} /> <span>{hint}</span></p>}
      <p className={styles.fix}><Icon name="lightbulb" size={14} /> <span>{detail.words.fix}</span></p>
    </section>
  );
}

function Loading() {
  return (
    <main className={styles.page} aria-busy="true" aria-label="Failure">
      <Skeleton width="20%" />
      <div className={styles.gap}><Skeleton width="45%" height={28} /></div>
      <Skeleton height={480} />
    </main>
  );
}
