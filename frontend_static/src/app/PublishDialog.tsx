import { useState } from "react";
import { useEditor } from "../actions/editor";
import { asApiError } from "../api/client";
import { versionCreate } from "../api/workflows";
import type { WorkflowOut } from "../contracts/api";
import { Button, Dialog, Field, TextArea, toast } from "../ui";
import styles from "./dialogs.module.css";

interface PublishDialogProps {
  workflow: WorkflowOut;
  onPublished: (number: number) => void;
  onClose: () => void;
}

/** Freezes the draft as the next version. */
export function PublishDialog({ workflow, onPublished, onClose }: PublishDialogProps) {
  const { autosave } = useEditor();
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const publish = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      if (!(await autosave?.flush())) throw new Error("The draft is not saved yet. See beside the name.");
      const version = await versionCreate(workflow.id, note.trim());
      onPublished(version.number);
      toast({ tone: "ok", text: `Published as version ${version.number}.` });
      onClose();
    } catch (thrown) {
      setProblem(thrown instanceof Error && !("status" in thrown) ? thrown.message : asApiError(thrown).message);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" disabled={isBusy} onClick={() => void publish()}>
        {isBusy ? "Publishing…" : "Publish"}
      </Button>
    </>
  );
  return (
    <Dialog title={`Publish version ${(workflow.latest_version ?? 0) + 1}`} lead="A version never changes. Callers that ask for the latest one get it from now on; the draft stays yours to change." onClose={onClose} foot={foot}>
      <div className={styles.fields}>
        <Field label="What changed">{(control) => <TextArea {...control} autoFocus rows={3} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
      </div>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}
