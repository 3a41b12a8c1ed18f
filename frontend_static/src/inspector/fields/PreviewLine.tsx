import type { Json } from "../../contracts/api";
import { Icon } from "../../ui";
import type { Preview } from "../sight";
import styles from "./PreviewLine.module.css";

/** What a field gives with the values of the last run, under it. */
export function PreviewLine({ id, preview }: { id: string; preview: Preview }) {
  return (
    <div id={id} className={styles.line} data-kind={kindOf(preview)} aria-live="polite">
      {preview.kind === "asking" && <span className={styles.quiet}>…</span>}
      {preview.kind === "answer" && <Answer {...preview.answer} />}
    </div>
  );
}

function kindOf(preview: Preview): string | undefined {
  return preview.kind === "answer" ? (preview.answer.error ? "error" : preview.answer.missing.length > 0 ? "missing" : "value") : undefined;
}

function Answer({ value, error, missing }: Extract<Preview, { kind: "answer" }>["answer"]) {
  if (error) {
    return (
      <>
        <Icon name="triangle-alert" size={13} />
        <span>{error.message}</span>
      </>
    );
  }
  if (missing.length > 0) {
    return (
      <>
        <Icon name="circle-dashed" size={13} />
        <span>
          No value of {missing.join(", ")} yet. Run the workflow once, or pin one.
        </span>
      </>
    );
  }
  return (
    <>
      <span className={styles.equals} aria-label="gives">
        =
      </span>
      <code>{written(value)}</code>
    </>
  );
}

const MOST = 600;

function written(value: Json): string {
  const isCut = typeof value === "object" && value !== null && !Array.isArray(value) && value.$truncated === true;
  const text = isCut ? String(value.preview) : typeof value === "string" ? value || '""' : JSON.stringify(value);
  return text.length > MOST || isCut ? `${text.slice(0, MOST)}…` : text;
}
