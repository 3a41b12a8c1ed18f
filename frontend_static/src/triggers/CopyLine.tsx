import { IconButton, toast } from "../ui";
import styles from "./triggers.module.css";

interface CopyLineProps {
  label: string;
  text: string;
  /** Several lines, as they are. */
  block?: boolean;
}

/** Something to take along: an address, a key, commands. */
export function CopyLine({ label, text, block = false }: CopyLineProps) {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      toast({ tone: "ok", text: `${label} copied.` });
    } catch {
      toast({ tone: "fail", text: "The browser does not allow copying here. Select the text instead." });
    }
  };
  return (
    <div className={styles.copyLine}>
      <span className={styles.copyLabel}>{label}</span>
      {block ? (
        <pre className={styles.code} tabIndex={0} aria-label={label}>
          {text}
        </pre>
      ) : (
        <code className={styles.address}>{text}</code>
      )}
      <IconButton icon="copy" label={`Copy ${label.toLowerCase()}`} small onClick={() => void copy()} />
    </div>
  );
}
