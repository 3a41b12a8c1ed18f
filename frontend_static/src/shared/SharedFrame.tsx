import type { ReactNode } from "react";
import { Mark } from "../app/Mark";
import { ThemeButton } from "../app/ThemeButton";
import styles from "./shared.module.css";

interface SharedFrameProps {
  /** What is shown, in the bar: where the page below is not a page to read. */
  title?: string;
  note?: ReactNode;
  actions?: ReactNode;
  /** Whether the page is a picture that fills the window, instead of a column to read. */
  isWhole?: boolean;
  children: ReactNode;
}

/** The bar and the ground of every page behind a link. */
export function SharedFrame({ title, note, actions, isWhole = false, children }: SharedFrameProps) {
  return (
    <div className={styles.frame}>
      <header className={styles.bar}>
        <span className={styles.brand}>
          <Mark />
          <span className={styles.word} data-quiet={title === undefined ? undefined : ""}>GraphApp</span>
        </span>
        {title !== undefined && <h1 className={styles.barTitle}>{title}</h1>}
        {note}
        <span className={styles.end}>
          <ThemeButton />
          {actions}
        </span>
      </header>
      {isWhole ? children : <div className={styles.scroll}>{children}</div>}
    </div>
  );
}
