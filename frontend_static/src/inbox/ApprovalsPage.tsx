import { Link } from "../app/router";
import type { ApprovalOut } from "../contracts/api";
import { ConnectionBar } from "../home/ConnectionBar";
import { Approval } from "../runpanel/Approval";
import type { Request } from "../runpanel/asking";
import { Badge, Button, EmptyState, formatAgo, Skeleton, toast } from "../ui";
import styles from "./ApprovalsPage.module.css";
import { useApprovals } from "./waiting";

/** What runs ask the reader, to be answered here: also by people who may see nothing else of the workflow. */
export function ApprovalsPage() {
  const { state, reload, update } = useApprovals();
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
      {state.kind === "ready" && state.value.length === 0 && (
        <section className={styles.box}>
          <EmptyState icon="check" title="Nothing waits for you">
            When a run asks you something, it appears here. You can answer without seeing the workflow.
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.value.map((one) => <Card key={placeOf(one)} approval={one} onAnswered={() => gone(one)} onStale={() => void reload()} />)}
    </main>
  );
}

const placeOf = ({ run_id, key, attempt }: ApprovalOut): string => `${run_id} ${key} ${attempt}`;

interface CardProps {
  approval: ApprovalOut;
  onAnswered: () => void;
  onStale: () => void;
}

function Card({ approval, onAnswered, onStale }: CardProps) {
  const { run_id: runId, key, workflow } = approval;
  const answered = (button: string): void => {
    toast({ tone: "ok", text: `“${button}” is on its way to ${workflow}.` });
    onAnswered();
  };
  return (
    <article className={styles.box} aria-label={workflow}>
      <header className={styles.about}>
        <h2 className={styles.workflow}>{approval.may_open ? <Link href={`/runs/${encodeURIComponent(runId)}`}>{workflow}</Link> : workflow}</h2>
        {approval.is_escalated && <Badge tone="warn">escalated</Badge>}
        <span className={styles.when}>
          asked {formatAgo(approval.since)}
          {approval.until !== null && `, until ${new Date(approval.until).toLocaleString()}`}
        </span>
      </header>
      <Approval runId={runId} nodeKey={key} request={approval as unknown as Request} onStale={onStale} onAnswered={answered} />
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
