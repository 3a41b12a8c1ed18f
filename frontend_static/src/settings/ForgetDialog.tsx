import { useState } from "react";
import { asApiError } from "../api/client";
import { credentialDelete, credentialUses } from "../api/models";
import { useResource } from "../api/useResource";
import type { CredentialOut } from "../contracts/api";
import { Button, Dialog, FieldNotes } from "../ui";

const fetchUses = (id: string) => credentialUses(id);

interface ForgetDialogProps {
  credential: CredentialOut;
  onDone: () => void;
  onClose: () => void;
}

/** Says which workflows name a credential before it goes for good. */
export function ForgetDialog({ credential, onDone, onClose }: ForgetDialogProps) {
  const { state } = useResource(fetchUses, credential.id);
  const [error, setError] = useState("");
  const remove = async (): Promise<void> => {
    try {
      await credentialDelete(credential.id);
      onDone();
      onClose();
    } catch (thrown) {
      setError(asApiError(thrown).message);
    }
  };
  const foot = (
    <>
      <Button autoFocus onClick={onClose}>
        Keep it
      </Button>
      <Button kind="danger" icon="trash-2" onClick={() => void remove()}>
        Delete
      </Button>
    </>
  );
  return (
    <Dialog title={`Delete “${credential.name}”?`} lead="Its key is forgotten for good. This cannot be undone." onClose={onClose} foot={foot}>
      {state.kind === "loading" && <p>Looking for workflows that name it…</p>}
      {state.kind === "ready" && (state.value.length === 0 ? <p>No workflow of yours names it.</p> : <p>These workflows name it and will not run as they do now: {state.value.map(({ name }) => name).join(", ")}.</p>)}
      <div role="alert">{error !== "" && <FieldNotes notes={[{ severity: "error", message: error }]} />}</div>
    </Dialog>
  );
}
