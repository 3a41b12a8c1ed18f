import { useResource } from "../api/useResource";
import { workflowList } from "../api/workflows";
import type { RunStatus } from "../contracts/api";
import { Select, statusWord } from "../ui";
import styles from "./RunListPage.module.css";

const STATUSES: readonly RunStatus[] = ["queued", "running", "waiting", "succeeded", "failed", "cancelled"];

interface RunFiltersProps {
  status: RunStatus | null;
  workflow: string | null;
  onChange: (next: { status: RunStatus | null; workflow: string | null }) => void;
}

const fetchAll = (search: string, signal: AbortSignal) => workflowList(search, { signal });

export function RunFilters({ status, workflow, onChange }: RunFiltersProps) {
  const { state } = useResource(fetchAll, "");
  const known = state.kind === "ready" ? state.value.items : [];
  const workflows = [{ value: "", label: "All workflows" }, ...known.map((one) => ({ value: one.id, label: one.name }))];
  if (workflow !== null && !known.some((one) => one.id === workflow)) workflows.push({ value: workflow, label: state.kind === "ready" ? "A deleted workflow" : "…" });
  const statuses = [{ value: "", label: "Any status" }, ...STATUSES.map((value) => ({ value, label: statusWord(value) }))];
  return (
    <div className={styles.filters}>
      <Select aria-label="Workflow" options={workflows} value={workflow ?? ""} onChange={(value) => onChange({ status, workflow: value || null })} />
      <Select aria-label="Status" options={statuses} value={status ?? ""} onChange={(value) => onChange({ workflow, status: (value || null) as RunStatus | null })} />
    </div>
  );
}
