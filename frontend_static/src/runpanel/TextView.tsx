import { useState } from "react";
import { Button, classes } from "../ui";
import styles from "./ValueView.module.css";

/** Shown at first; a browser lays out megabytes of text in seconds, not in frames. */
const SHOWN = 64 * 1024;

/** Text as it is: line breaks kept, long lines wrapped, very long text cut until asked for. */
export function TextView({ text, mono = false, isStreaming = false }: { text: string; mono?: boolean; isStreaming?: boolean }) {
  const [isWhole, setWhole] = useState(false);
  const cut = !isWhole && text.length > SHOWN;
  if (text === "" && !isStreaming) return <p className={styles.none}>Empty text</p>;
  return (
    <>
      <pre className={classes(styles.text, mono && styles.mono, isStreaming && styles.streaming)} tabIndex={0}>
        {cut ? text.slice(isStreaming ? -SHOWN : 0, isStreaming ? undefined : SHOWN) : text}
      </pre>
      {cut && !isStreaming && (
        <Button small onClick={() => setWhole(true)}>
          Show all {Math.round(text.length / 1024).toLocaleString("en-US")} KB
        </Button>
      )}
    </>
  );
}
