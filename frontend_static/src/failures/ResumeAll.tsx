import { useState } from "react";
import { asApiError } from "../api/client";
import { batchCreate, type BatchVersion } from "../api/failures";
import type { FailureDetail } from "../contracts/api";
import { Button, Dialog, Field, FieldNotes, Select, TextInput } from "../ui";
import styles from "./failures.module.css";
import { runsWord } from "./words";

const VERSIONS = [
  { value: "latest", label: "The latest published version" },
  { value: "draft", label: "The workflow as it is drafted now" },
  { value: "same", label: "Exactly what each of them ran" },
];

interface ResumeAllProps {
  detail: FailureDetail;
  onMade: () => void;
  onClose: () => void;
}

/** How the open runs are to be resumed. What that will do is shown before anything starts. */
export function ResumeAll({ detail, onMade, onClose }: ResumeAllProps) {
  const [version, setVersion] = useState<BatchVersion>("latest");
  const [atOnce, setAtOnce] = useState("10");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const number = Number(atOnce);
  const isValid = Number.isInteger(number) && number > 0 && number <= 200;
  const make = async (): Promise<void> => {
    setBusy(true);
    try {
      await batchCreate(detail.id, version, number);
      onMade();
    } catch (thrown) {
      setProblem(asApiError(thrown).message);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <Button onClick={onClose}>Back</Button>
      <Button kind="primary" disabled={isBusy || !isValid} onClick={() => void make()}>
        Show what it will do
      </Button>
    </>
  );
  return (
    <Dialog title={`Resume ${runsWord(detail.open_count)}`} lead="Nothing starts yet: first you see what each run takes over, what runs again, and what it costs." onClose={onClose} foot={foot}>
      <div className={styles.form}>
        <Field label="What to run">{(control) => <Select {...control} options={VERSIONS} value={version} onChange={(value) => setVersion(value as BatchVersion)} />}</Field>
        <Field label="How many at once" notes={isValid ? [] : [{ severity: "error", message: "A whole number from 1 to 200." }]}>
          {(control) => <TextInput {...control} inputMode="numeric" value={atOnce} onChange={(event) => setAtOnce(event.target.value)} />}
        </Field>
        {problem !== null && <FieldNotes notes={[{ severity: "error", message: problem }]} />}
      </div>
    </Dialog>
  );
}
