import { useRef, useState, type DragEvent, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { documentAddUrl, documentUpload } from "../api/knowledge";
import { Button, classes, FieldNotes, Icon, TextInput } from "../ui";
import styles from "./knowledge.module.css";

export const ACCEPTED = ".pdf,.docx,.html,.htm,.md,.markdown,.txt,.csv,.tsv,text/*,application/pdf";

interface AddDocumentsProps {
  baseId: string;
  isEmpty: boolean;
  onAdded: () => void;
}

/** Takes files, dropped or chosen, and addresses. What is refused says why, file by file. */
export function AddDocuments({ baseId, isEmpty, onAdded }: AddDocumentsProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [sending, setSending] = useState<string[]>([]);
  const [refused, setRefused] = useState<string[]>([]);
  const send = async (files: readonly File[]): Promise<void> => {
    setRefused([]);
    setSending(files.map(({ name }) => name));
    for (const file of files) {
      try {
        await documentUpload(baseId, file);
        onAdded();
      } catch (thrown) {
        setRefused((all) => [...all, `${file.name}: ${asApiError(thrown).message}`]);
      }
      setSending((all) => all.slice(1));
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void send([...event.dataTransfer.files]);
  };
  const over = (event: DragEvent): void => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    <div className={styles.add}>
      <div className={classes(styles.drop, isOver && styles.over)} onDragOver={over} onDragLeave={() => setOver(false)} onDrop={drop} data-drop>
        <Icon name="upload" size={20} />
        <p className={styles.dropText}>
          {isEmpty ? "Drop your first documents here" : "Drop documents here"}
          <span className={styles.facts}>PDF, DOCX, HTML, Markdown, text or CSV</span>
        </p>
        <Button icon="plus" disabled={sending.length > 0} onClick={() => input.current?.click()}>
          Choose files
        </Button>
        <input ref={input} type="file" multiple hidden accept={ACCEPTED} aria-label="Files" onChange={(event) => void send([...(event.target.files ?? [])]).then(() => input.current && (input.current.value = ""))} />
      </div>
      <UrlForm baseId={baseId} onAdded={onAdded} />
      <div role="status" className={styles.facts}>
        {sending.length > 0 && `Uploading ${sending[0]}${sending.length > 1 ? ` and ${sending.length - 1} more` : ""}…`}
      </div>
      <div role="alert">
        <FieldNotes notes={refused.map((message) => ({ severity: "error", message }))} />
      </div>
    </div>
  );
}

function UrlForm({ baseId, onAdded }: { baseId: string; onAdded: () => void }) {
  const [url, setUrl] = useState("");
  const [error, setError] = useState<string | null>(null);
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (url.trim() === "") return setError("Give the address of a page or a file.");
    try {
      await documentAddUrl(baseId, url.trim());
      setUrl("");
      setError(null);
      onAdded();
    } catch (thrown) {
      setError(asApiError(thrown).message);
    }
  };
  return (
    <form className={styles.urlForm} noValidate onSubmit={(event) => void add(event)}>
      <TextInput type="url" inputMode="url" aria-label="Address" aria-invalid={error !== null || undefined} placeholder="or an address: https://example.org/handbook.html" value={url} onChange={(event) => setUrl(event.target.value)} />
      <Button type="submit">Add address</Button>
      <div role="alert" className={styles.urlError}>
        {error !== null && <FieldNotes notes={[{ severity: "error", message: error }]} />}
      </div>
    </form>
  );
}
