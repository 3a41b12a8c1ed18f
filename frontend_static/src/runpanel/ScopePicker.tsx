import { useMemo } from "react";
import type { RunState } from "../runs/types";
import type { NodeRunView } from "../runs/view";
import { Select, statusWord } from "../ui";
import styles from "./NodeRunDetail.module.css";
import { scopeWords } from "./timeline";

interface ScopePickerProps {
  run: RunState;
  node: NodeRunView;
  onPick: (key: string) => void;
}

/** For a node inside loops and maps: which turn or item to look at. */
export function ScopePicker({ run, node, onPick }: ScopePickerProps) {
  const options = useMemo(() => {
    const runs = [...run.nodes.values()].filter((one) => one.nodeId === node.nodeId);
    const ordered = runs.sort((a, b) => a.scopePath.localeCompare(b.scopePath, "en", { numeric: true }));
    return ordered.map((one) => ({ value: one.key, label: `${scopeWords(one.scopePath) || "root"} · ${statusWord(one.status)}` }));
  }, [run.nodes, node.nodeId]);
  if (options.length < 2) return null;
  return (
    <div className={styles.scopes}>
      <Select aria-label="Turn or item" options={options} value={node.key} onChange={onPick} />
    </div>
  );
}
