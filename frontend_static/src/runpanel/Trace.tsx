import { useState } from "react";
import type { StepOut } from "../contracts/api";
import { formatUsage } from "../runs/format";
import type { NodeRunView } from "../runs/view";
import { formatDuration, Icon, StatusMark } from "../ui";
import styles from "./Trace.module.css";
import { childOf, turnsOf, wordsOf, type AskedCall } from "./traceTurns";
import { useSteps } from "./useSteps";
import { ValueView } from "./ValueView";

/** What an agent did, turn by turn, while it does it: calls, arguments, results, time and cost; of the agents that it asked as well. */
export function Trace({ runId, node }: { runId: string; node: NodeRunView }) {
  const { state, reload } = useSteps(runId, node);
  if (state.kind === "loading") return <p className={styles.none}>Reading what the agent did…</p>;
  if (state.kind === "failed") {
    return (
      <p className={styles.none} role="alert">
        {state.error.message} <button type="button" className={styles.link} onClick={() => void reload()}>Try again</button>
      </p>
    );
  }
  return <Turns agent={node.key} steps={state.value.steps} />;
}

function Turns({ agent, steps }: { agent: string; steps: readonly StepOut[] }) {
  const turns = turnsOf(agent, steps);
  if (turns.length === 0) return <p className={styles.none}>It has not begun.</p>;
  return (
    <ol className={styles.turns} aria-label={`Turns of ${agent}`}>
      {turns.map(({ said, calls }, index) => (
        <li key={said.idx} className={styles.turn}>
          <div className={styles.head}>
            <span className={styles.number}>Turn {index + 1}</span>
            <span className={styles.name}>{said.name}</span>
            <Facts step={said} />
          </div>
          {said.error && <p className={styles.error}><code>{said.error.code}</code> {said.error.message}</p>}
          {wordsOf(said) && <p className={styles.words}>{wordsOf(said)}</p>}
          {calls.map((call) => (
            <Call key={call.idx} call={call} steps={steps} agent={agent} />
          ))}
        </li>
      ))}
    </ol>
  );
}

function Call({ call, steps, agent }: { call: AskedCall; steps: readonly StepOut[]; agent: string }) {
  const [isOpen, setOpen] = useState(false);
  const { step } = call;
  const child = step?.kind === "delegate" ? childOf(agent, step) : "";
  return (
    <div className={styles.call} data-kind={step?.kind ?? "tool"}>
      <button type="button" className={styles.head} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={14} />
        <span className={styles.name}>{call.name}</span>
        {!isOpen && <code className={styles.args}>{call.shown}</code>}
        {step ? <Facts step={step} /> : <span className={styles.fact}>not begun</span>}
      </button>
      {step?.error && <p className={styles.error}><code>{step.error.code}</code> {step.error.message}</p>}
      {step?.answer && <p className={styles.fact}>{String(step.answer.by ?? "")} answered “{String(step.answer.button ?? "")}”.</p>}
      {isOpen && (
        <div className={styles.values}>
          <ValueView label="Arguments" value={step?.input ?? call.shown} fileName={`${call.name}-arguments`} />
          {step?.status === "succeeded" && <ValueView label="Result" value={step.output ?? null} fileName={`${call.name}-result`} />}
        </div>
      )}
      {child !== "" && steps.some((one) => one.agent === child) && <Turns agent={child} steps={steps} />}
    </div>
  );
}

function Facts({ step }: { step: StepOut }) {
  return (
    <span className={styles.facts}>
      {step.usage && step.usage.input_tokens + step.usage.output_tokens > 0 && <span className={styles.fact}>{formatUsage(step.usage)}</span>}
      {step.finished_at !== null && <span className={styles.fact}>{formatDuration(step.seconds)}</span>}
      <StatusMark status={step.status} word={step.status !== "succeeded"} />
    </span>
  );
}
