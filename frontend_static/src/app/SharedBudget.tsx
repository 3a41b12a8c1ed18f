import { useRef, useState } from "react";
import { asApiError } from "../api/client";
import { useResource } from "../api/useResource";
import { budgetGet, budgetSet } from "../api/workflows";
import type { WorkflowBudgetIn, WorkflowBudgetOut } from "../contracts/api";
import { formatCost } from "../runs/format";
import { Button, Field, Select, Skeleton, TextInput } from "../ui";
import { ON_BUDGET, positive, whole } from "./budgets";
import styles from "./dialogs.module.css";

const PERIODS = [
  { value: "month", label: "A month" },
  { value: "day", label: "A day" },
];

/** What all runs of the workflow may spend together. It is no part of the draft: what is set holds at once. */
export function SharedBudget({ workflowId }: { workflowId: string }) {
  const { state, reload, update } = useResource(budgetGet, workflowId);
  return (
    <section className={styles.group} aria-labelledby="shared-budget">
      <h3 id="shared-budget">All runs together</h3>
      {state.kind === "loading" && <Skeleton height={120} />}
      {state.kind === "failed" && (
        <p role="alert">
          {state.error.message} <Button onClick={() => void reload()}>Try again</Button>
        </p>
      )}
      {state.kind === "ready" && <Limits workflowId={workflowId} budget={state.value} onSaved={(saved) => update(() => saved)} />}
    </section>
  );
}

type Wish = Required<WorkflowBudgetIn>;

interface Props {
  workflowId: string;
  budget: WorkflowBudgetOut;
  onSaved: (saved: WorkflowBudgetOut) => void;
}

function Limits({ workflowId, budget, onSaved }: Props) {
  const [problem, setProblem] = useState("");
  const [wish, setWish] = useState<Wish>({ per: budget.per, usd: budget.usd ?? null, tokens: budget.tokens ?? null, on: budget.on });
  const latest = useRef(wish);
  const sent = useRef(Promise.resolve());
  const send = async (next: Wish): Promise<void> => {
    try {
      onSaved(await budgetSet(workflowId, next));
      setProblem("");
    } catch (thrown) {
      setProblem(asApiError(thrown).message);
    }
  };
  /** Each change goes out after the one before it has been answered, so that the last one stays. */
  const save = (change: Partial<Wish>): void => {
    const next = { ...latest.current, ...change };
    if (JSON.stringify(next) === JSON.stringify(latest.current)) return;
    latest.current = next;
    setWish(next);
    sent.current = sent.current.then(() => send(next));
  };
  return (
    <>
      <p className={styles.quiet}>{spentOf(budget)} What is set here holds at once, for all versions.</p>
      <Field label="Most that they spend" help="US dollars. Empty: no limit.">
        {(control) => <TextInput {...control} inputMode="decimal" defaultValue={wish.usd ?? ""} onBlur={(event) => save({ usd: positive(event.target.value) })} />}
      </Field>
      <Field label="Most tokens" help="Empty: no limit.">
        {(control) => <TextInput {...control} inputMode="numeric" defaultValue={wish.tokens ?? ""} onBlur={(event) => save({ tokens: whole(event.target.value) })} />}
      </Field>
      <Field label="Period" help="It begins anew at midnight UTC.">
        {(control) => <Select {...control} options={PERIODS} value={wish.per} onChange={(value) => save({ per: value as "day" | "month" })} />}
      </Field>
      <Field label="Before they exceed it">
        {(control) => <Select {...control} options={ON_BUDGET} value={wish.on} onChange={(value) => save({ on: value as "ask" | "fail" })} />}
      </Field>
      {problem !== "" && <p className={styles.problem} role="alert">{problem}</p>}
    </>
  );
}

/** What is spent, where it is counted: without a limit nothing is. */
function spentOf({ per, usd, tokens, spent_usd, spent_tokens }: WorkflowBudgetOut): string {
  if ((usd ?? tokens ?? null) === null) return "There is no limit yet.";
  const when = per === "day" ? "today" : "this month";
  return `They have spent ${formatCost(spent_usd ?? 0)} and ${(spent_tokens ?? 0).toLocaleString("en-US")} tokens ${when}.`;
}
