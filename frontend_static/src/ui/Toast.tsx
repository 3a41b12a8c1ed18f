import { Button, IconButton } from "./Button";
import { classes } from "./classes";
import { Icon } from "./Icon";
import styles from "./Toast.module.css";
import { dismiss, useToasts } from "./toasts";

const ICON = { neutral: "info", ok: "circle-check", fail: "circle-x", warn: "triangle-alert" } as const;

/** Mounted once; `toast()` fills it. Polite for screen readers, assertive for failures. */
export function Toasts() {
  const toasts = useToasts();
  return (
    <div className={styles.stack} role="region" aria-label="Notifications">
      {toasts.map((toast) => (
        <div key={toast.id} className={classes(styles.toast, styles[toast.tone])} role={toast.tone === "fail" ? "alert" : "status"}>
          <Icon name={ICON[toast.tone]} />
          <span className={styles.text}>{toast.text}</span>
          {toast.action && (
            <Button
              small
              onClick={() => {
                toast.action?.perform();
                dismiss(toast.id);
              }}
            >
              {toast.action.label}
            </Button>
          )}
          <IconButton small icon="x" label="Dismiss" onClick={() => dismiss(toast.id)} />
        </div>
      ))}
    </div>
  );
}
