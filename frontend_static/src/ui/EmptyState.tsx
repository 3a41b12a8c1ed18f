import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";
import { Icon } from "./Icon";

interface EmptyStateProps {
  icon: string;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** Where it is all there is on a page, its title is the page's. */
  isPage?: boolean;
}

/** Says why there is nothing here and what to do about it. */
export function EmptyState({ icon, title, children, actions, isPage = false }: EmptyStateProps) {
  const Title = isPage ? "h1" : "h2";
  return (
    <div className={styles.empty}>
      <span className={styles.icon}>
        <Icon name={icon} size={20} />
      </span>
      <Title className={styles.title}>{title}</Title>
      {children && <div className={styles.text}>{children}</div>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
