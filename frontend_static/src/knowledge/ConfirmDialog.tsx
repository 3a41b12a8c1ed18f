import { useState } from "react";
import { asApiError } from "../api/client";
import { Button, Dialog, FieldNotes } from "../ui";

interface ConfirmDialogProps {
  title: string;
  lead: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** Asked before something goes for good. */
export function ConfirmDialog({ title, lead, onConfirm, onClose }: ConfirmDialogProps) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(asApiError(thrown).message);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <Button onClick={onClose}>Keep it</Button>
      <Button kind="danger" icon="trash-2" disabled={isBusy} onClick={() => void confirm()}>
        Delete
      </Button>
    </>
  );
  return (
    <Dialog title={title} lead={lead} onClose={onClose} foot={foot}>
      <div role="alert">{error !== null && <FieldNotes notes={[{ severity: "error", message: error }]} />}</div>
    </Dialog>
  );
}
