import { useState } from "react";
import { asApiError } from "../api/client";
import { workflowUpdate } from "../api/workflows";
import type { WorkflowOut } from "../contracts/api";
import { toast } from "../ui";
import styles from "./EditorBar.module.css";

interface WorkflowNameProps {
  workflow: WorkflowOut;
  onWorkflow: (workflow: WorkflowOut) => void;
}

/** The name, changed where it stands. */
export function WorkflowName({ workflow, onWorkflow }: WorkflowNameProps) {
  const [text, setText] = useState(workflow.name);
  const settle = async (): Promise<void> => {
    const name = text.trim();
    if (!name || name === workflow.name) return setText(workflow.name);
    try {
      const next = await workflowUpdate(workflow.id, { name });
      onWorkflow({ ...workflow, ...next });
      setText(next.name);
    } catch (thrown) {
      setText(workflow.name);
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
  };
  return (
    <input
      className={styles.name}
      aria-label="Name of the workflow"
      value={text}
      maxLength={120}
      spellCheck={false}
      size={Math.min(28, Math.max(6, text.length))}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => void settle()}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setText(workflow.name);
      }}
    />
  );
}
