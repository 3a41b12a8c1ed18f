import { useState } from "react";
import type { Json, StepOut } from "../contracts/api";
import { formatUsage } from "../runs/format";
import type { NodeRunView } from "../runs/view";
import { formatDuration, Icon, StatusMark } from "../ui";
import { attemptOf, cachedOf, partsOf, reasonOf } from "./calls";
import styles from "./Trace.module.css";
import { useSteps } from "./useSteps";
import { ValueView } from "./ValueView";

/** Each call of a model that a node made: which one and why, what it took, what was asked and what came of it. */
export function Calls({ runId, node }: { runId: string; node: NodeRunView }) {
  const { state, reload } = useSteps(runId, node);
  if (state.kind === "loading") return <p className={styles.none}>Reading the calls…</p>;
  if (state.kind === "failed") {
    return (
      <p className={styles.none} role="alert">
        {state.error.message} <button type="button" className={styles.link} onClick={() => void reload()}>Try again</button>
      </p>
    );
  }
  const calls = state.value.steps.filter(({ kind }) => kind === "call");
  if (calls.length === 0) return <p className={styles.none}>No call is recorded yet.</p>;
  return (
    <ol className={`${styles.turns} ${styles.outer}`} aria-label="Calls of models">
      {calls.map((call) => (
        <Call key={call.idx} call={call} shows={node.attempt > 1 ? `Attempt ${attemptOf(call)}` : ""} />
      ))}
    </ol>
  );
}

function Call({ call, shows }: { call: StepOut; shows: string }) {
  const [isOpen, setOpen] = useState(false);
  const reason = reasonOf(call);
  const cached = cachedOf(call);
  const [prompt, answer] = partsOf(call);
  return (
    <li className={styles.turn}>
      {reason && (
        <p className={styles.hop}>
          <Icon name="arrow-down" size={14} />
          <span>{reason}</span>
        </p>
      )}
      <button type="button" className={styles.head} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={14} />
        <span className={styles.name}>{call.name}</span>
        {shows && <span className={styles.number}>{shows}</span>}
        <span className={styles.facts}>
          {call.usage && <span className={styles.fact}>{formatUsage(call.usage)}</span>}
          {cached > 0 && <span className={styles.fact} title="Tokens that the provider still knew">{cached.toLocaleString("en-US")} cached</span>}
          <span className={styles.fact}>{formatDuration(call.seconds)}</span>
          <StatusMark status={call.status} word={call.status !== "succeeded"} />
        </span>
      </button>
      {call.error && (
        <p className={styles.error}>
          <code>{call.error.code}</code> {call.error.message}
        </p>
      )}
      {isOpen && (
        <div className={styles.values}>
          <ValueView label="Prompt" value={prompt as Json} fileName="prompt" />
          {answer !== undefined && <ValueView label="Answer" value={answer} fileName="answer" />}
        </div>
      )}
    </li>
  );
}
