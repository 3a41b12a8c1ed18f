import { useCallback } from "react";
import { Link, usePlace } from "../app/router";
import type { ApprovalOut } from "../contracts/api";
import { ConnectionBar } from "../home/ConnectionBar";
import { Approval } from "../runpanel/Approval";
import type { Request } from "../runpanel/asking";
import { PassOn } from "../runpanel/PassOn";
import { Badge, Button, EmptyState, formatAgo, Skeleton, toast } from "../ui";
import styles from "./ApprovalsPage.module.css";
import { useApprovals } from "./waiting";

/** What runs ask the reader, to be answered here: also by people who may see nothing else of the workflow. */
export function ApprovalsPage() {
  const { state, reload, update } = useApprovals();
  const { query } = usePlace();
  const meant = query.get("run") === null ? null : `${query.get("run")} ${query.get("key")}`;
  const isThere = meant === null || state.kind !== "ready" || state.value.some((one) => isMeant(one, meant));
  const gone = (one: ApprovalOut): void => update((all) => all.filter((other) => placeOf(other) !== placeOf(one)));
  return (
    <main className={styles.page}>
      <ConnectionBar />
      <div className={styles.head}>
        <h1 className={styles.title}>Approvals</h1>
        {state.kind === "ready" && state.value.length > 0 && <span className={styles.total}>{state.value.length}</span>}
      </div>
      {state.kind === "loading" && <Loading />}
      {state.kind === "failed" && (
        <section className={styles.box}>
          <EmptyState icon="cloud-off" title="The approvals could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
            {state.error.message}
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.error !== null && (
        <p className={styles.old} role="status">
          {state.error.message} The list may be old.
        </p>
      )}
      {!isThere && (
        <p className={styles.gone} role="status">
          What you were asked is answered by now, or waits for somebody else.
        </p>
      )}
      {state.kind === "ready" && state.value.length === 0 && (
        <section className={styles.box}>
          <EmptyState icon="check" title="Nothing waits for you">
            When a run asks you something, it appears here. You can answer without seeing the workflow.
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.value.map((one) => <Card key={placeOf(one)} approval={one} isMeant={isMeant(one, meant)} onAnswered={() => gone(one)} onStale={() => void reload()} />)}
    </main>
  );
}

const placeOf = ({ run_id, key, attempt }: ApprovalOut): string => `${run_id} ${key} ${attempt}`;

const isMeant = ({ run_id, key }: ApprovalOut, meant: string | null): boolean => meant === `${run_id} ${key}`;

interface CardProps {
  approval: ApprovalOut;
  /** It is the one that a mail or a notification leads to. */
  isMeant: boolean;
  onAnswered: () => void;
  onStale: () => void;
}

function Card({ approval, isMeant, onAnswered, onStale }: CardProps) {
  const show = useCallback((card: HTMLElement | null) => card?.scrollIntoView({ block: "center" }), []);
  const { run_id: runId, key, workflow } = approval;
  const answered = (button: string): void => {
    toast({ tone: "ok", text: `“${button}” is on its way to ${workflow}.` });
    onAnswered();
  };
  return (
    <article className={styles.box} aria-label={workflow} data-meant={isMeant} ref={isMeant ? show : null}>
      <header className={styles.about}>
        <h2 className={styles.workflow}>{approval.may_open ? <Link href={`/runs/${encodeURIComponent(runId)}`}>{workflow}</Link> : workflow}</h2>
        {approval.is_escalated && <Badge tone="warn">escalated</Badge>}
        <span className={styles.when}>
          asked {formatAgo(approval.since)}
          {approval.until !== null && `, until ${new Date(approval.until).toLocaleString()}`}
        </span>
        {approval.passed_on.map((one) => (
          <p key={one.to} className={styles.passed}>
            {one.by} passed this on to {one.to}
            {one.note && `: “${one.note}”`}
          </p>
        ))}
      </header>
      <Approval
        runId={runId}
        nodeKey={key}
        request={approval as unknown as Request}
        onStale={onStale}
        onAnswered={answered}
        extra={<PassOn runId={runId} nodeKey={key} onPassedOn={onAnswered} onStale={onStale} />}
      />
    </article>
  );
}

function Loading() {
  return (
    <section className={styles.box} aria-busy="true" aria-label="Approvals">
      <div className={styles.loading}>
        <Skeleton width="30%" />
        <Skeleton height={80} />
      </div>
    </section>
  );
}
