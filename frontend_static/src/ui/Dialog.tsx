import { useEffect, useId, useRef, type ReactNode } from "react";
import { classes } from "./classes";
import styles from "./Dialog.module.css";
import { Icon } from "./Icon";

interface DialogProps {
  title: string;
  /** One sentence under the title. */
  lead?: ReactNode;
  onClose: () => void;
  /** Buttons, the main one last. */
  foot?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
}

/** A native modal dialog: it is open while it is mounted. */
export function Dialog({ title, lead, onClose, foot, wide = false, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = box.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      firstControl(dialog)?.focus();
    }
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={box}
      className={classes(styles.dialog, wide && styles.wide)}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        onClose();
        // Browsers close a dialog on a second Escape whatever the page says; one that must be answered comes back.
        window.setTimeout(() => box.current?.isConnected && !box.current.open && box.current.showModal());
      }}
      onMouseDown={(event) => event.target === box.current && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className={styles.head}>
        <h2 id={titleId}>{title}</h2>
        <button type="button" className={styles.close} aria-label="Close" onClick={onClose}>
          <Icon name="x" />
        </button>
      </div>
      <div className={styles.body} data-dialog-body>
        {lead && <p className={styles.lead}>{lead}</p>}
        {children}
      </div>
      {foot && <div className={styles.foot} data-dialog-foot>{foot}</div>}
    </dialog>
  );
}

/** Where the work of a dialog begins: its first field, else its main button. */
function firstControl(dialog: HTMLDialogElement): HTMLElement | null {
  return dialog.querySelector<HTMLElement>("[data-dialog-body] :is(input, textarea, select)") ?? dialog.querySelector<HTMLElement>("[data-dialog-foot] button:last-of-type");
}
