import { useState, type ReactNode } from "react";
import { wrapCycles } from "../actions/contain";
import { useDocument, useEditor, useProblems } from "../actions/editor";
import { keysOf } from "../actions/registry";
import { showProblem } from "../actions/view";
import type { Problem } from "../contracts/api";
import { Button, Icon, Kbd, Popover } from "../ui";
import styles from "./ProblemsButton.module.css";

/** How many problems the draft has; pressed, the list that leads to each. */
export function ProblemsButton() {
  const editor = useEditor();
  const { all, errors, warnings } = useProblems((index) => index);
  const [isOpen, setOpen] = useState(false);
  if (all.length === 0) return null;
  const go = (problem: Problem): void => {
    setOpen(false);
    showProblem(editor.ui, problem);
  };
  const label = [count(errors, "error"), count(warnings, "warning")].filter(Boolean).join(", ");
  const trigger = (
    <Button kind="ghost" aria-label={label} className={styles.button} data-severity={errors > 0 ? "error" : "warning"}>
      <Icon name={errors > 0 ? "octagon-alert" : "triangle-alert"} size={16} />
      {errors > 0 ? errors : warnings}
    </Button>
  );
  return (
    <Popover label="Problems" open={isOpen} onOpenChange={setOpen} trigger={trigger}>
      <div className={styles.head}>
        <h2>{label}</h2>
        <span className={styles.hint}>
          <Kbd keys={keysOf("view.problem") ?? "F8"} /> next, <Kbd keys={keysOf("view.problem.before") ?? "Shift+F8"} /> previous
        </span>
      </div>
      <ul className={styles.list}>
        {all.map((problem, index) => (
          <ProblemRow key={index} problem={problem} onGo={() => go(problem)}>
            {problem.code === "cycle.no_loop" && !editor.isReadOnly && (
              <Button small onClick={() => void wrapCycles(editor).then(() => setOpen(false))}>
                Put it into a loop
              </Button>
            )}
          </ProblemRow>
        ))}
      </ul>
    </Popover>
  );
}

function ProblemRow({ problem, onGo, children }: { problem: Problem; onGo: () => void; children: ReactNode }) {
  const name = useDocument((view) => (problem.node_id ? (view.nodes.get(problem.node_id)?.name ?? problem.node_id) : "Workflow"));
  return (
    <li>
      <button type="button" className={styles.row} onClick={onGo} data-severity={problem.severity}>
        <Icon name={problem.severity === "error" ? "octagon-alert" : "triangle-alert"} size={15} />
        <span className={styles.words}>
          <span className={styles.where}>
            {name}
            {problem.param && <code>{problem.param}</code>}
          </span>
          <span>{problem.message}</span>
          {problem.hint && <span className={styles.hint}>{problem.hint}</span>}
        </span>
      </button>
      {children}
    </li>
  );
}

const count = (number: number, word: string): string => (number === 0 ? "" : `${number} ${word}${number === 1 ? "" : "s"}`);
