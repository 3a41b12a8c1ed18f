import { useId, useRef, type KeyboardEvent, type ReactNode } from "react";
import styles from "./Tabs.module.css";

export interface Tab {
  id: string;
  label: ReactNode;
  content: ReactNode;
}

interface TabsProps {
  label: string;
  tabs: readonly Tab[];
  value: string;
  onChange: (id: string) => void;
}

/** How far each key goes; Home and End go to the ends. */
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

/** One stop of the Tab key; arrows go from tab to tab. Only the open tab is mounted. */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const open = tabs.find(({ id }) => id === value);
  const onKey = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === value);
    const step = STEPS[event.key];
    const to = step !== undefined ? (at + step + tabs.length) % tabs.length : event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : null;
    const next = to === null ? undefined : tabs[to];
    if (!next || to === null || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    onChange(next.id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
  };
  return (
    <div className={styles.root}>
      <div ref={list} className={styles.list} role="tablist" aria-label={label} onKeyDown={onKey}>
        {tabs.map(({ id, label: name }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${base}-tab-${id}`}
            className={styles.tab}
            aria-selected={id === value}
            {...(id === value && { "aria-controls": `${base}-panel-${id}` })}
            tabIndex={id === value || (!open && id === tabs[0]?.id) ? 0 : -1}
            onClick={() => onChange(id)}
          >
            {name}
          </button>
        ))}
      </div>
      {open && (
        <div key={open.id} role="tabpanel" id={`${base}-panel-${open.id}`} className={styles.panel} aria-labelledby={`${base}-tab-${open.id}`} tabIndex={-1}>
          {open.content}
        </div>
      )}
    </div>
  );
}
