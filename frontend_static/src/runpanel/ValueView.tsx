import { useState } from "react";
import type { Json } from "../contracts/api";
import { Button, IconButton, toast } from "../ui";
import { Citations } from "./Citations";
import { citationsIn } from "./citations";
import { JsonTree } from "./JsonTree";
import { TextView } from "./TextView";
import styles from "./ValueView.module.css";

interface ValueViewProps {
  label: string;
  value: Json;
  /** The name of a downloaded file, without its ending. */
  fileName: string;
}

type Mode = "tree" | "json";

/** What the server gives in place of a huge value: its beginning and its size. */
function cutOf(value: Json): { size: number; preview: string } | null {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value.$truncated !== true) return null;
  return { size: typeof value.size === "number" ? value.size : 0, preview: typeof value.preview === "string" ? value.preview : "" };
}

/** Any JSON value, to read, copy and keep: text as text, the rest as a tree or as JSON. */
export function ValueView({ label, value, fileName }: ValueViewProps) {
  const [mode, setMode] = useState<Mode>("tree");
  const [opened, setOpened] = useState<{ path: string; text: string } | null>(null);
  const cut = cutOf(value);
  const isTree = cut === null && typeof value === "object" && value !== null;
  const cited = citationsIn(value);
  const text = (): string => cut?.preview ?? (typeof value === "string" ? value : JSON.stringify(value, null, 2));
  return (
    <div className={styles.value} role="group" aria-label={label}>
      <header className={styles.head}>
        <h2 className={styles.label}>{label}</h2>
        {isTree && (
          <Button small kind="ghost" aria-pressed={mode === "json"} onClick={() => setMode(mode === "tree" ? "json" : "tree")}>
            JSON
          </Button>
        )}
        <IconButton small icon="copy" label="Copy" onClick={() => void copy(text())} />
        <IconButton small icon="download" label="Download" onClick={() => download(text(), `${fileName}.${typeof value === "string" ? "txt" : "json"}`)} />
      </header>
      {cited.length > 0 && <Citations cited={cited} />}
      {isTree && mode === "tree" ? (
        <JsonTree value={value} label={label} onOpenText={(path, whole) => setOpened({ path, text: whole })} />
      ) : (
        <TextView text={text()} mono={typeof value !== "string"} />
      )}
      {cut !== null && <p className={styles.cut}>This is the beginning of {sizeWords(cut.size)}.</p>}
      {opened !== null && mode === "tree" && (
        <div className={styles.opened}>
          <div className={styles.head}>
            <code className={styles.path}>{opened.path}</code>
            <IconButton small icon="copy" label="Copy this text" onClick={() => void copy(opened.text)} />
            <IconButton small icon="x" label="Close this text" onClick={() => setOpened(null)} />
          </div>
          <TextView text={opened.text} />
        </div>
      )}
    </div>
  );
}

function sizeWords(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ tone: "ok", text: "Copied." });
  } catch {
    toast({ tone: "fail", text: "The browser did not allow copying. Use Download instead." });
  }
}

function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
