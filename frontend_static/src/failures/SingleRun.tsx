import { useState } from "react";
import { asApiError } from "../api/client";
import { runGet, runStart } from "../api/runs";
import { Link, navigate } from "../app/router";
import type { FailureReview } from "../contracts/api";
import { ResumeHost } from "../runpanel/ResumeButtons";
import { wishFor } from "../runpanel/wish";
import { useRunView } from "../runs/useRun";
import { runOf } from "../runs/view";
import { Button, formatAgo, StatusMark, toast } from "../ui";
import styles from "./review.module.css";

/** One run of the group, and what can be done with it alone: go on, begin anew, or say that it is done. */
export function SingleRun({ review, onHandle }: { review: FailureReview; onHandle: () => void }) {
  const { entry } = review;
  const { run } = entry;
  const [isBusy, setBusy] = useState(false);
  const nodes = runOf(useRunView())?.nodes;
  const names = nodes ? [...nodes.values()].map(({ nodeId }) => ({ id: nodeId, name: nodeId, type: "" })) : [];
  const resume = (): void =>
    wishFor({ runId: run.id, workflowId: run.workflow.id, kind: "resume", node: "", edit: entry.node_key !== "" && !entry.node_key.includes("~") ? entry.node_key : null });
  const again = async (): Promise<void> => {
    setBusy(true);
    try {
      const { input } = await runGet(run.id);
      const made = await runStart(run.workflow.id, { input, version: run.version ?? "draft" });
      navigate(`/runs/${encodeURIComponent(made.id)}`);
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
      setBusy(false);
    }
  };
  return (
    <div className={styles.single}>
      <StatusMark status={run.status} word />
      <span className={styles.quiet}>
        {formatAgo(entry.at)}, {run.version === null ? "a draft" : `version ${run.version}`}
        {entry.person !== null && `, started by ${entry.person.name}`}
      </span>
      <span className={styles.singleActions}>
        {entry.is_waiting && <Button small kind="primary" onClick={() => navigate(`/runs/${encodeURIComponent(run.id)}`)}>Decide in the run</Button>}
        {run.status === "failed" && <Button small kind="primary" icon="play" onClick={resume}>Resume…</Button>}
        {!entry.is_waiting && <Button small icon="repeat" disabled={isBusy} onClick={() => void again()}>Run again</Button>}
        {entry.state === "open" && <Button small icon="check" onClick={onHandle}>Handled…</Button>}
        <Link href={`/runs/${encodeURIComponent(run.id)}`}>Open run</Link>
      </span>
      <ResumeHost nodes={names} saveDraft={null} onStarted={(id) => navigate(`/runs/${encodeURIComponent(id)}`)} />
    </div>
  );
}
