import { useRef, useState } from "react";
import { asApiError } from "../api/client";
import { useResource } from "../api/useResource";
import type { SharedBudgetIn, SharedBudgetOut } from "../contracts/api";
import { Button, Field, Select, Skeleton, TextInput } from "../ui";
import { limitsOf, ON_BUDGET, positive, spentOf, whole } from "./budgets";
import styles from "./dialogs.module.css";

const PERIODS = [
  { value: "month", label: "A month" },
  { value: "day", label: "A day" },
];

interface Calls {
  get: (id: string, signal: AbortSignal) => Promise<SharedBudgetOut>;
  set: (id: string, wish: SharedBudgetIn) => Promise<SharedBudgetOut>;
}

/** What all runs of a workflow or team may spend together. It is no part of a draft: what is set holds at once. */
export function SharedBudget({ id, calls, note, maySet = true }: { id: string; calls: Calls; note: string; maySet?: boolean }) {
  const { state, reload, update } = useResource(calls.get, id);
  if (state.kind === "loading") return <Skeleton height={120} />;
  if (state.kind === "failed") {
    return (
      <p role="alert">
        {state.error.message} <Button onClick={() => void reload()}>Try again</Button>
      </p>
    );
  }
  if (!maySet) return <p className={styles.quiet}>{limitsOf(state.value)} {spentOf(state.value)} {note}</p>;
  const save = async (wish: SharedBudgetIn): Promise<void> => {
    const saved = await calls.set(id, wish);
    update(() => saved);
  };
  return <Limits budget={state.value} note={note} save={save} />;
}

type Wish = Required<SharedBudgetIn>;

interface Props {
  budget: SharedBudgetOut;
  note: string;
  save: (wish: Wish) => Promise<void>;
}

function Limits({ budget, note, save: put }: Props) {
  const [problem, setProblem] = useState("");
  const [wish, setWish] = useState<Wish>({ per: budget.per, usd: budget.usd ?? null, tokens: budget.tokens ?? null, on: budget.on });
  const latest = useRef(wish);
  const sent = useRef(Promise.resolve());
  const send = async (next: Wish): Promise<void> => {
    try {
      await put(next);
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
      <p className={styles.quiet}>{spentOf(budget)} {note}</p>
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
