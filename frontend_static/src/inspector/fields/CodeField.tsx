import { lazy, Suspense, useState } from "react";
import { Dialog, Icon, Skeleton } from "../../ui";
import styles from "./CodeField.module.css";

const CodeEditor = lazy(() => import("../code/CodeEditor"));

interface CodeFieldProps {
  label: string;
  language: "python" | "json";
  value: string;
  rows: number;
  disabled: boolean;
  onChange: (value: string) => void;
}

/** Source code, in place or large. */
export function CodeField({ label, language, value, rows, disabled, onChange }: CodeFieldProps) {
  const [isLarge, setLarge] = useState(false);
  const editor = (
    <Suspense fallback={<Skeleton height={60} />}>
      <CodeEditor label={label} language={language} value={value} isReadOnly={disabled} onChange={onChange} />
    </Suspense>
  );
  return (
    <>
      <div className={styles.box} style={{ height: rows * 20 + 16 }}>
        {!isLarge && editor}
        <button type="button" className={styles.enlarge} aria-label={`Enlarge ${label}`} title="Enlarge" onClick={() => setLarge(true)}>
          <Icon name="maximize-2" size={13} />
        </button>
      </div>
      {isLarge && (
        <Dialog title={label} wide onClose={() => setLarge(false)}>
          <div className={styles.large}>{editor}</div>
        </Dialog>
      )}
    </>
  );
}
