import { useState } from "react";
import { asApiError } from "../api/client";
import { workflowDelete } from "../api/workflows";
import type { WorkflowOut } from "../contracts/api";
import { Button, Dialog, FieldNotes, toast } from "../ui";

interface DeleteDialogProps {
  workflow: WorkflowOut;
  onDone: () => void;
  onClose: () => void;
}

/** Asked for, since it cannot be undone. */
export function DeleteDialog({ workflow, onDone, onClose }: DeleteDialogProps) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      await workflowDelete(workflow.id);
      toast({ text: `Deleted “${workflow.name}”.` });
      onDone();
    } catch (thrown) {
      setError(asApiError(thrown).message);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <Button autoFocus onClick={onClose}>
        Keep it
      </Button>
      <Button kind="danger" icon="trash-2" disabled={isBusy} onClick={() => void remove()}>
        Delete
      </Button>
    </>
  );
  return (
    <Dialog title={`Delete “${workflow.name}”?`} lead="Its graph and its versions go; what ran of it stays readable. This cannot be undone." onClose={onClose} foot={foot}>
      <div role="alert">{error !== null && <FieldNotes notes={[{ severity: "error", message: error }]} />}</div>
    </Dialog>
  );
}
