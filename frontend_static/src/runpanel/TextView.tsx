import { useLayoutEffect, useRef, useState } from "react";
import { Button, classes } from "../ui";
import styles from "./ValueView.module.css";

/** Shown at first; a browser lays out megabytes of text in seconds, not in frames. */
const SHOWN = 64 * 1024;

/** A reader who scrolled up is left there; who is at the end is kept at the end. */
function nearEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < 24;
}

/** Text as it is: line breaks kept, long lines wrapped, very long text cut until asked for. */
export function TextView({ text, mono = false, isStreaming = false }: { text: string; mono?: boolean; isStreaming?: boolean }) {
  const [isWhole, setWhole] = useState(false);
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (isStreaming && isAtEnd.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [isStreaming, text]);
  const cut = !isWhole && text.length > SHOWN;
  if (text === "" && !isStreaming) return <p className={styles.none}>Empty text</p>;
  return (
    <>
      <pre ref={box} className={classes(styles.text, mono && styles.mono, isStreaming && styles.streaming)} tabIndex={0} onScroll={(event) => (isAtEnd.current = nearEnd(event.currentTarget))}>
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
