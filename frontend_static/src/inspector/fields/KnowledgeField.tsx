import { useEffect } from "react";
import { baseList } from "../../api/knowledge";
import { useResource } from "../../api/useResource";
import type { KnowledgeBase } from "../../contracts/api";
import { Icon, Select, type FieldControl } from "../../ui";
import styles from "./Rows.module.css";

interface KnowledgeFieldProps {
  control: FieldControl;
  value: string;
  disabled: boolean;
  onChange: (value: string) => void;
}

const LOOK_EVERY_MS = 1000;
const fetchAll = (_: null, signal: AbortSignal): Promise<KnowledgeBase[]> => baseList({ signal }).then(({ items }) => items);

/** Which knowledge base a node searches: one of those that are there, with what is in it. */
export function KnowledgeField({ control, value, disabled, onChange }: KnowledgeFieldProps) {
  const { state, reload } = useResource(fetchAll, null);
  const known = state.kind === "ready" ? state.value : [];
  const chosen = known.find(({ id }) => id === value);
  const isMoving = chosen !== undefined && chosen.under_way > 0;
  useEffect(() => {
    if (!isMoving) return;
    const timer = window.setInterval(() => !document.hidden && void reload(), LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [isMoving, reload]);
  const others = [
    ...(value === "" ? [{ value: "", label: state.kind === "loading" ? "Loading…" : "Choose a knowledge base" }] : []),
    ...(value !== "" && chosen === undefined ? [{ value, label: state.kind === "ready" ? "A knowledge base that is not there" : "…" }] : []),
  ];
  return (
    <>
      <Select {...control} options={[...others, ...known.map(({ id, name }) => ({ value: id, label: name }))]} value={value} disabled={disabled} onChange={onChange} />
      {state.kind === "failed" && <p className={styles.note}>{state.error.message}</p>}
      {(chosen || state.kind === "ready") && (
        <p className={styles.note}>
          {chosen ? contents(chosen) : known.length === 0 ? "There is none yet." : ""}{" "}
          <a href={chosen ? `/knowledge/${chosen.id}` : "/knowledge"} target="_blank" rel="noreferrer">
            {chosen ? "Open it" : "Knowledge bases"} <Icon name="arrow-right" size={12} />
          </a>
        </p>
      )}
    </>
  );
}

function contents(base: KnowledgeBase): string {
  if (base.documents === 0) return "It is empty: add documents before you run this.";
  const waiting = base.under_way > 0 ? `, ${base.under_way} being indexed` : "";
  return `${base.ready} of ${base.documents} documents can be searched${waiting}.`;
}
