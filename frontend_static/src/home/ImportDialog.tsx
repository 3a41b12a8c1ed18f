import { useRef, useState } from "react";
import { asApiError } from "../api/client";
import { importFile } from "../api/files";
import { Link } from "../app/router";
import type { ImportOut } from "../contracts/api";
import { Badge, Button, Dialog, Icon } from "../ui";
import styles from "./ImportDialog.module.css";

interface ImportDialogProps {
  onDone: () => void;
  onClose: () => void;
}

/** Takes an exported file in, and then says what of each workflow needs attention here. */
export default function ImportDialog({ onDone, onClose }: ImportDialogProps) {
  const input = useRef<HTMLInputElement>(null);
  const [made, setMade] = useState<ImportOut["items"] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setBusy(true);
    setProblem(null);
    try {
      setMade((await importFile(file)).items);
      onDone();
    } catch (thrown) {
      setProblem(`${file.name}: ${asApiError(thrown).message}`);
    }
    setBusy(false);
    if (input.current !== null) input.current.value = "";
  };
  const foot = (
    <>
      <Button onClick={onClose}>{made === null ? "Cancel" : "Done"}</Button>
      {made === null && (
        <Button kind="primary" disabled={isBusy} onClick={() => input.current?.click()}>
          {isBusy ? "Importing…" : "Choose a file"}
        </Button>
      )}
    </>
  );
  return (
    <Dialog
      title={made === null ? "Import workflows" : "Imported"}
      lead={made === null ? "A file that was exported here or on another installation (.graphapp.json). Credentials and knowledge are never in it." : undefined}
      onClose={onClose}
      foot={foot}
    >
      <input ref={input} type="file" hidden accept=".json,application/json" aria-label="Exported file" onChange={(event) => void take(event.target.files?.[0])} />
      {problem !== null && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {made !== null && (
        <ul className={styles.made} aria-label="Imported workflows">
          {made.map((one, index) => (
            <Made key={index} one={one} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Made({ one }: { one: ImportOut["items"][number] }) {
  return (
    <li>
      <p className={styles.head}>
        {one.workflow === null ? <strong>{one.name}</strong> : <Link href={`/workflows/${one.workflow.id}`}>{one.name}</Link>}
        {one.workflow === null ? <Badge tone="fail">not imported</Badge> : one.attention.length === 0 ? <Badge tone="ok">ready</Badge> : <Badge tone="warn">{`${one.attention.length} to look after`}</Badge>}
      </p>
      {one.attention.length > 0 && (
        <ul className={styles.attention}>
          {one.attention.map((item, index) => (
            <li key={index}>
              <Icon name={one.workflow === null ? "circle-x" : "triangle-alert"} size={14} />
              {item.message}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
