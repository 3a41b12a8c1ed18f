import type { LogOut } from "../contracts/api";
import { classes } from "../ui";
import styles from "./LogList.module.css";
import { useWindowed } from "./useWindowed";

const ROW = 22;

/** What the node wrote while it worked. Lines are of one height, so that 100,000 of them scroll. */
export function LogList({ logs }: { logs: readonly LogOut[] }) {
  const { scroller, onScroll, from, to } = useWindowed(logs.length, ROW);
  return (
    <div ref={scroller} className={styles.logs} onScroll={onScroll} tabIndex={0} role="log" aria-label="Logs">
      {logs.length === 0 && <p className={styles.none}>Nothing was logged. Use print() in a Code node to write here.</p>}
      <div className={styles.inner} style={{ height: logs.length * ROW }}>
        {logs.slice(from, to).map((log, offset) => (
          <div key={from + offset} className={classes(styles.line, (log.level === "error" || log.level === "warning") && styles[log.level])} style={{ top: (from + offset) * ROW }} title={log.message}>
            <time className={styles.time}>{new Date(log.at).toLocaleTimeString("en", { hour12: false })}</time>
            {log.level !== "info" && <span className={styles.level}>{log.level}</span>}
            <span>{log.message}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
