import { useEffect, useRef, useState } from "react";
import { useResource } from "../api/useResource";
import { workflowList } from "../api/workflows";
import { Select, TextInput } from "../ui";
import styles from "./failures.module.css";
import { SINCE, type Filter } from "./query";
import { KIND_WORDS, STATE_WORDS } from "./words";

const REST_MS = 300;
const fetchAll = (search: string, signal: AbortSignal) => workflowList(search, { signal });
const optionsOf = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }));

const KINDS = [{ value: "", label: "Every kind" }, ...optionsOf(KIND_WORDS)];
const PEOPLE = [
  { value: "", label: "Anybody's" },
  { value: "me", label: "Mine" },
  { value: "nobody", label: "Nobody's" },
];
const TIMES = [{ value: "", label: "Any time" }, ...Object.entries(SINCE).map(([value, { label }]) => ({ value, label }))];
const SCALES = [
  { value: "", label: "By the hour" },
  { value: "day", label: "By the day" },
];

interface FailureFiltersProps {
  filter: Filter;
  counts: Record<string, number>;
  onChange: (next: Filter) => void;
}

export function FailureFilters({ filter, counts, onChange }: FailureFiltersProps) {
  const { state } = useResource(fetchAll, "");
  const known = state.kind === "ready" ? state.value.items : [];
  const workflows = [{ value: "", label: "All workflows" }, ...known.map((one) => ({ value: one.id, label: one.name }))];
  if (filter.workflow && !known.some((one) => one.id === filter.workflow)) workflows.push({ value: filter.workflow, label: state.kind === "ready" ? "A deleted workflow" : "…" });
  const set = (field: keyof Filter) => (value: string) => onChange({ ...filter, [field]: value });
  const open = ["new", "assigned", "in_progress", "regressed"].reduce((sum, one) => sum + (counts[one] ?? 0), 0);
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const states = [{ value: "", label: `To do (${open})` }, ...optionsOf(STATE_WORDS).map(({ value, label }) => ({ value, label: `${label} (${counts[value] ?? 0})` })), { value: "all", label: `All (${all})` }];
  return (
    <div className={styles.filters} role="search" aria-label="Failures">
      <Search value={filter.q ?? ""} onChange={set("q")} />
      <Select aria-label="State" options={states} value={filter.state ?? ""} onChange={set("state")} />
      <Select aria-label="Workflow" options={workflows} value={filter.workflow ?? ""} onChange={set("workflow")} />
      <Select aria-label="Kind" options={KINDS} value={filter.kind ?? ""} onChange={set("kind")} />
      <Select aria-label="Whose" options={PEOPLE} value={filter.assignee ?? ""} onChange={set("assignee")} />
      <Select aria-label="Seen" options={TIMES} value={filter.since ?? ""} onChange={set("since")} />
      <Select aria-label="Scale of the columns" options={SCALES} value={filter.per ?? ""} onChange={set("per")} />
    </div>
  );
}

/** Asks when the typing rests, so that the address does not fill up with beginnings. */
function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const told = useRef(onChange);
  useEffect(() => {
    told.current = onChange;
  });
  if (seen !== value) {
    setSeen(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = window.setTimeout(() => told.current(text), REST_MS);
    return () => window.clearTimeout(timer);
  }, [text, value]);
  return <TextInput id="failure-search" type="search" aria-label="Search failures" placeholder="Message, node, code, workflow" value={text} onChange={(event) => setText(event.target.value)} />;
}
