import { useState } from "react";
import { asApiError } from "../api/client";
import { Button, Dialog, FieldNotes } from "../ui";

interface SureProps<Made> {
  title: string;
  lead: string;
  button: string;
  work: () => Promise<Made>;
  onDone: (made: Made) => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function Sure<Made>({ title, lead, button, work, onDone, onClose }: SureProps<Made>) {
  const [error, setError] = useState("");
  const go = async (): Promise<void> => {
    try {
      const made = await work();
      onClose();
      onDone(made);
    } catch (thrown) {
      setError(asApiError(thrown).message);
    }
  };
  const foot = (
    <>
      <Button autoFocus onClick={onClose}>
        Cancel
      </Button>
      <Button kind="danger" onClick={() => void go()}>
        {button}
      </Button>
    </>
  );
  return (
    <Dialog title={title} lead={lead} onClose={onClose} foot={foot}>
      <div role="alert">{error !== "" && <FieldNotes notes={[{ severity: "error", message: error }]} />}</div>
    </Dialog>
  );
}
