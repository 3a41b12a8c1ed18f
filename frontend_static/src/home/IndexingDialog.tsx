import { useEffect, useRef, useState } from "react";
import { asApiError, isAbort } from "../api/client";
import { indexed } from "../api/templates";
import type { TemplateOut } from "../contracts/api";
import { Button, Dialog, FieldNotes } from "../ui";
import styles from "./HomePage.module.css";

/** Shows how the documents of a template are indexed, and goes on by itself once they can be searched. */
export function IndexingDialog({ template, onDone }: { template: TemplateOut; onDone: () => void }) {
  const all = template.knowledge.reduce((sum, { documents }) => sum + documents, 0);
  const [{ ready, documents }, setProgress] = useState({ ready: 0, documents: all });
  const [failure, setFailure] = useState("");
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => {
    const abort = new AbortController();
    const wait = async (): Promise<void> => {
      try {
        await indexed(template, (now, of) => setProgress({ ready: now, documents: of }), abort.signal);
        if (!abort.signal.aborted) done.current();
      } catch (thrown) {
        if (!isAbort(thrown)) setFailure(asApiError(thrown).message);
      }
    };
    void wait();
    return () => abort.abort();
  }, [template]);
  return (
    <Dialog title={`Indexing “${template.knowledge.map(({ name }) => name).join("”, “")}”`} onClose={onDone} foot={<Button onClick={onDone}>Open now</Button>}>
      <div className={styles.form}>
        <p role="status">
          {ready} of {documents} documents can be searched. The workflow opens when all can.
        </p>
        <progress className={styles.progress} aria-label="Documents that can be searched" value={ready} max={Math.max(1, documents)} />
        <div role="alert">{failure !== "" && <FieldNotes notes={[{ severity: "error", message: `${failure} The workflow is made: open it, and the documents follow.` }]} />}</div>
      </div>
    </Dialog>
  );
}
