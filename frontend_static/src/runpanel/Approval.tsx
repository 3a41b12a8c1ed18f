import { useState, type FormEvent, type ReactNode } from "react";
import { asApiError } from "../api/client";
import { runAnswer } from "../api/runs";
import type { JsonObject } from "../contracts/api";
import { Button, FieldNotes } from "../ui";
import styles from "./Approval.module.css";
import type { Request } from "./asking";
import { StartFieldInput } from "./StartFieldInput";
import { initialValues, parseValues } from "./startValues";

interface ApprovalProps {
  runId: string;
  nodeKey: string;
  request: Request;
  /** Asked again when the answer was refused because there is nothing to answer any more. */
  onStale: () => void;
  /** Told what was answered, once the server has it. */
  onAnswered?: (button: string) => void;
  /** Stands after the buttons. */
  extra?: ReactNode;
}

/** The card of an approval: what is asked, what may be changed, and a button for each answer. */
export function Approval({ runId, nodeKey, request, onStale, onAnswered, extra }: ApprovalProps) {
  const { message, fields, buttons } = request;
  const [values, setValues] = useState(() => initialValues(fields, null));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [sent, setSent] = useState<string | null>(null);

  const answer = async (button: string): Promise<void> => {
    const parsed = parseValues(fields, values);
    if (parsed.kind === "invalid") return setErrors(parsed.errors);
    setSent(button);
    setRefusal(null);
    try {
      await runAnswer(runId, nodeKey, { button, values: parsed.input satisfies JsonObject });
      onAnswered?.(buttons.find(({ port }) => port === button)?.label || button);
    } catch (thrown) {
      const error = asApiError(thrown);
      setSent(null);
      setErrors(error.fields);
      if (Object.keys(error.fields).length === 0) setRefusal(error.message);
      if (error.code === "not_waiting" || error.code === "already_answered") onStale();
    }
  };
  const change = (name: string, value: string | boolean): void => {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors(({ [name]: _gone, ...rest }) => rest);
  };
  return (
    <form className={styles.card} aria-label={onAnswered === undefined ? "Approval" : undefined} noValidate onSubmit={(event: FormEvent) => event.preventDefault()}>
      <p className={styles.message}>{message || "An answer is asked for."}</p>
      {onAnswered === undefined && <Asked request={request} />}
      {fields.map((field) => (
        <StartFieldInput key={field.name} field={field} value={values[field.name] ?? ""} error={errors[field.name]} onChange={(value) => change(field.name, value)} />
      ))}
      <div role="alert">{refusal !== null && <FieldNotes notes={[{ severity: "error", message: refusal }]} />}</div>
      <div className={styles.buttons}>
        {buttons.map(({ port, label }, index) => (
          <Button key={port} kind={index === 0 ? "primary" : "secondary"} disabled={sent !== null} onClick={() => void answer(port)}>
            {sent === port ? "Sending…" : label || port}
          </Button>
        ))}
        {extra}
      </div>
    </form>
  );
}

/** Who is asked, for those who watch the run. */
function Asked({ request: { who = [], escalate_to: later = [] } }: { request: Request }) {
  if (who.length === 0 && later.length === 0) return null;
  return (
    <p className={styles.asked}>
      {who.length > 0 && `Asked: ${who.join(", ")}. `}
      {later.length > 0 && `Escalated to ${later.join(", ")} after a while.`}
    </p>
  );
}
