import { Icon } from "./Icon";
import styles from "./StatusMark.module.css";

const MARKS: Record<string, { icon: string; word: string }> = {
  pending: { icon: "circle-dashed", word: "Pending" },
  queued: { icon: "circle-dot", word: "Queued" },
  ready: { icon: "circle-dot", word: "Ready" },
  running: { icon: "loader-circle", word: "Running" },
  waiting: { icon: "clock", word: "Waiting" },
  succeeded: { icon: "circle-check", word: "Succeeded" },
  degraded: { icon: "triangle-alert", word: "Degraded" },
  failed: { icon: "circle-x", word: "Failed" },
  upstream_failed: { icon: "circle-slash", word: "Upstream failed" },
  skipped: { icon: "circle-minus", word: "Skipped" },
  cancelled: { icon: "ban", word: "Cancelled" },
};

export const statusWord = (status: string): string => MARKS[status]?.word ?? status;

interface StatusMarkProps {
  status: string;
  size?: number;
  /** With the word beside the icon; without it the word is for screen readers only. */
  word?: boolean;
}

/** The one way a status is shown: icon, word and colour. */
export function StatusMark({ status, size = 14, word = false }: StatusMarkProps) {
  const mark = MARKS[status] ?? { icon: "circle-help", word: status };
  return (
    <span className={styles.mark} data-status={status}>
      <Icon name={mark.icon} size={size} />
      <span className={word ? undefined : "visually-hidden"}>{mark.word}</span>
    </span>
  );
}
