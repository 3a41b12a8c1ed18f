import { workflowUpdate } from "../api/workflows";
import type { WorkflowOut } from "../contracts/api";
import { NameForm } from "./NameForm";

interface RenameDialogProps {
  workflow: WorkflowOut;
  onDone: (next: WorkflowOut) => void;
  onClose: () => void;
}

export function RenameDialog({ workflow, onDone, onClose }: RenameDialogProps) {
  const rename = async (values: { name: string; description: string }): Promise<void> => {
    onDone(await workflowUpdate(workflow.id, values));
    onClose();
  };
  return <NameForm title="Rename the workflow" verb="Rename" initial={workflow} onSave={rename} onClose={onClose} />;
}
