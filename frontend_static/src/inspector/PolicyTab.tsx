import { useEditor } from "../actions/editor";
import type { Join, NodeDoc, OnError, Policy, RetryPolicy } from "../contracts/document";
import { setPolicy } from "../document/commands";
import { Field, Select, Switch, TextInput } from "../ui";
import { ToolFields } from "./fields/ToolFields";
import { ValueInput } from "./fields/ValueInput";
import styles from "./Inspector.module.css";

const JOINS = [
  { value: "all", label: "All incoming branches" },
  { value: "any", label: "The first of them" },
  { value: "always", label: "Whatever happened before" },
];
const HANDLING = [
  { value: "fail", label: "The run fails" },
  { value: "port", label: "Goes on at the error port" },
  { value: "skip", label: "Skips what follows" },
  { value: "value", label: "Goes on with a fallback value" },
];

const UNCERTAIN = [
  { value: "ask", label: "Asks somebody" },
  { value: "fail", label: "Fails rather than doing it twice" },
  { value: "retry", label: "Tries again, perhaps a second time" },
];

const number = (text: string): number | undefined => {
  const value = Number(text.trim());
  return text.trim() !== "" && Number.isFinite(value) && value >= 0 ? value : undefined;
};

/** What the engine does around the node's work: the same tab for every node. */
export function PolicyTab({ node }: { node: NodeDoc }) {
  const { store, isReadOnly, catalogue } = useEditor();
  const type = catalogue.typeOf(node);
  const { policy } = node;
  const set = (change: { [Key in keyof Policy]: Policy[Key] | undefined }): void => setPolicy(store, node.id, change);
  return (
    <fieldset className={styles.form} disabled={isReadOnly}>
      {type?.tool && <ToolFields node={node} onChange={(tool) => set({ tool })} />}
      <Switch label="Enabled" help="A disabled node lets its input pass through." checked={!policy.disabled} onChange={(on) => set({ disabled: on ? undefined : true })} />
      <JoinFields join={policy.join ?? "all"} onChange={(join) => set({ join: join === "all" ? undefined : join })} />
      <Field label="Time limit" help="Seconds for one attempt.">
        {(control) => <NumberInput control={control} value={policy.timeout_seconds} placeholder={type?.default_timeout_seconds ? String(type.default_timeout_seconds) : "None"} onChange={(timeout_seconds) => set({ timeout_seconds })} />}
      </Field>
      {node.parent !== null && (
        <Field label="At once" help="Of this node, in all items and turns. One that waits counts.">
          {(control) => <NumberInput control={control} value={policy.max_parallel} placeholder="No limit" onChange={(most) => set({ max_parallel: most === undefined ? undefined : Math.min(1000, Math.max(1, Math.round(most))) })} />}
        </Field>
      )}
      <RetryFields retry={policy.retry ?? undefined} standard={type?.default_retry as RetryPolicy | undefined} onChange={(retry) => set({ retry })} />
      <ErrorFields handling={policy.on_error ?? "fail"} onChange={(on_error) => set({ on_error: on_error === "fail" ? undefined : on_error })} />
      {type?.container === false && type.executable && (
        <Field label="Keep results" help="Seconds for which a result answers for equal work in later runs. Work with effects on others is always done.">
          {(control) => <NumberInput control={control} value={policy.cache_seconds} placeholder="Do not keep" onChange={(seconds) => set({ cache_seconds: seconds || undefined })} />}
        </Field>
      )}
      {Boolean(policy.cache_seconds) && type?.category === "ai" && (
        <Switch label="Keep answers that vary" help="Otherwise only the answers of a model at temperature 0 are kept." checked={policy.cache_varying === true} onChange={(on) => set({ cache_varying: on ? true : undefined })} />
      )}
      {type?.effect !== "pure" && (
        <Field label="When it is uncertain" help="If a worker is lost in the middle of this work, it may or may not have had its effect.">
          {(control) => <Select {...control} options={UNCERTAIN} value={policy.on_uncertain ?? "ask"} onChange={(next) => set({ on_uncertain: next === "ask" ? undefined : (next as "fail" | "retry") })} />}
        </Field>
      )}
    </fieldset>
  );
}

interface NumberInputProps {
  control: object;
  value: number | null | undefined;
  placeholder: string;
  onChange: (value: number | undefined) => void;
}

function NumberInput({ control, value, placeholder, onChange }: NumberInputProps) {
  return <TextInput {...control} inputMode="decimal" key={String(value ?? "")} defaultValue={value ?? ""} placeholder={placeholder} onBlur={(event) => number(event.target.value) !== (value ?? undefined) && onChange(number(event.target.value))} />;
}

function JoinFields({ join, onChange }: { join: Join; onChange: (join: Join) => void }) {
  const kind = typeof join === "object" ? "any" : join;
  const change = (next: string): void => onChange(next === "any" ? { any: 1 } : (next as "all" | "always"));
  return (
    <>
      <Field label="Waits for">{(control) => <Select {...control} options={JOINS} value={kind} onChange={change} />}</Field>
      {typeof join === "object" && (
        <>
          <Field label="How many branches">{(control) => <NumberInput control={control} value={join.any} placeholder="1" onChange={(any) => onChange({ ...join, any: Math.max(1, Math.round(any ?? 1)) })} />}</Field>
          <Switch label="Stop the others" help="Branches that are not needed any more are cancelled." checked={join.cancel_losers === true} onChange={(cancel_losers) => onChange({ ...join, cancel_losers })} />
        </>
      )}
    </>
  );
}

function RetryFields({ retry, standard, onChange }: { retry: RetryPolicy | undefined; standard: RetryPolicy | undefined; onChange: (retry: RetryPolicy | undefined) => void }) {
  const tries = retry?.max_attempts;
  const set = (change: RetryPolicy): void => onChange({ ...standard, ...retry, ...change });
  return (
    <>
      <Field label="Attempts" help={standard ? `This type tries ${standard.max_attempts ?? 1} times by itself.` : "1 means no second try."}>
        {(control) => <NumberInput control={control} value={tries} placeholder={String(standard?.max_attempts ?? 1)} onChange={(value) => (value === undefined ? onChange(undefined) : set({ max_attempts: Math.max(1, Math.round(value)) }))} />}
      </Field>
      {retry && (retry.max_attempts ?? 1) > 1 && (
        <div className={styles.three}>
          <Field label="First wait, s">{(control) => <NumberInput control={control} value={retry.backoff_seconds} placeholder="1" onChange={(backoff_seconds) => set({ backoff_seconds: backoff_seconds ?? 1 })} />}</Field>
          <Field label="Times">{(control) => <NumberInput control={control} value={retry.backoff_factor} placeholder="2" onChange={(backoff_factor) => set({ backoff_factor: Math.max(1, backoff_factor ?? 2) })} />}</Field>
          <Field label="At most, s">{(control) => <NumberInput control={control} value={retry.max_backoff_seconds} placeholder="60" onChange={(max_backoff_seconds) => set({ max_backoff_seconds: max_backoff_seconds ?? 60 })} />}</Field>
        </div>
      )}
      {retry && (retry.max_attempts ?? 1) > 1 && (
        <Field label="Give up after" help="Seconds. No attempt begins later than this after the first one.">
          {(control) => <NumberInput control={control} value={retry.max_seconds} placeholder="Only after all attempts" onChange={(value) => set({ max_seconds: value || null })} />}
        </Field>
      )}
    </>
  );
}

function ErrorFields({ handling, onChange }: { handling: OnError; onChange: (handling: OnError) => void }) {
  const kind = typeof handling === "object" ? "value" : handling;
  const change = (next: string): void => onChange(next === "value" ? { value: null } : (next as "fail" | "port" | "skip"));
  return (
    <>
      <Field label="When it fails">{(control) => <Select {...control} options={HANDLING} value={kind} onChange={change} />}</Field>
      {typeof handling === "object" && (
        <Field label="Fallback value" help="The node run is marked as degraded.">
          {(control) => <ValueInput control={control} value={handling.value} suggestions={[]} rows={2} onChange={(value) => onChange({ value: value ?? null })} />}
        </Field>
      )}
    </>
  );
}
