import { useState } from "react";
import { useResource } from "../api/useResource";
import { workflowList } from "../api/workflows";
import { Button, Field, Popover, Select, TextInput } from "../ui";
import { lastDays, LENGTHS, offeredLength, periodFault, type Period } from "./period";
import styles from "./spending.module.css";

interface PeriodPickerProps {
  period: Period;
  workflow: string | null;
  onChange: (period: Period, workflow: string | null) => void;
}

const fetchAll = (search: string, signal: AbortSignal) => workflowList(search, { signal });

export function PeriodPicker({ period, workflow, onChange }: PeriodPickerProps) {
  const { state } = useResource(fetchAll, "");
  const known = state.kind === "ready" ? state.value.items : [];
  const workflows = [{ value: "", label: "All workflows" }, ...known.map((one) => ({ value: one.id, label: one.name }))];
  if (workflow !== null && !known.some((one) => one.id === workflow)) workflows.push({ value: workflow, label: "…" });
  const now = Date.now();
  const chosen = offeredLength(period, now);
  return (
    <div className={styles.picker}>
      <Select aria-label="Workflow" options={workflows} value={workflow ?? ""} onChange={(value) => onChange(period, value || null)} />
      <div className={styles.lengths} role="group" aria-label="Period">
        {LENGTHS.map((count) => (
          <button key={count} type="button" className={styles.length} aria-pressed={chosen === count} onClick={() => onChange(lastDays(count, now), workflow)}>
            {count} days
          </button>
        ))}
        <Custom key={`${period.first} ${period.last}`} period={period} isChosen={chosen === null} onChoose={(next) => onChange(next, workflow)} />
      </div>
    </div>
  );
}

function Custom({ period, isChosen, onChoose }: { period: Period; isChosen: boolean; onChoose: (period: Period) => void }) {
  const [isOpen, setOpen] = useState(false);
  const [draft, setDraft] = useState(period);
  const fault = periodFault(draft);
  const trigger = (
    <button type="button" className={styles.length} aria-pressed={isChosen}>
      {isChosen ? `${period.first} to ${period.last}` : "Other"}
    </button>
  );
  return (
    <Popover label="Days" align="end" open={isOpen} onOpenChange={setOpen} trigger={trigger}>
      <form
        className={styles.dates}
        onSubmit={(event) => {
          event.preventDefault();
          if (fault === null) onChoose(draft);
        }}
      >
        <Field label="First day">{(control) => <TextInput {...control} type="date" value={draft.first} onChange={(event) => setDraft({ ...draft, first: event.target.value })} />}</Field>
        <Field label="Last day" notes={fault === null ? [] : [{ severity: "error", message: fault }]}>
          {(control) => <TextInput {...control} type="date" value={draft.last} onChange={(event) => setDraft({ ...draft, last: event.target.value })} />}
        </Field>
        <Button kind="primary" type="submit" disabled={fault !== null}>
          Show
        </Button>
      </form>
    </Popover>
  );
}
