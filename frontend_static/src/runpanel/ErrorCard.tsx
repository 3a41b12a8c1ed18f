import type { ReactNode } from "react";
import type { Fault } from "../contracts/api";
import { Badge, Icon } from "../ui";
import styles from "./ErrorCard.module.css";

interface ErrorCardProps {
  title: string;
  fault: Fault;
  actions?: ReactNode;
}

/** Why something failed, in plain words, with what to do about it. The code is for those who look it up. */
export function ErrorCard({ title, fault, actions }: ErrorCardProps) {
  const expression = typeof fault.data?.expression === "string" ? fault.data.expression : null;
  const begins = typeof fault.data?.begins === "string" ? fault.data.begins : null;
  const param = typeof fault.data?.param === "string" ? fault.data.param : null;
  return (
    <div className={styles.card}>
      <Icon name="circle-x" size={16} className={styles.icon} />
      <div className={styles.body}>
        <div className={styles.head}>
          <strong>{title}</strong>
          <Badge tone="fail">
            <code>{fault.code}</code>
          </Badge>
        </div>
        <p className={styles.message}>{fault.message}</p>
        {(param !== null || expression !== null) && (
          <p className={styles.place}>
            {param !== null && <>In the field {param}</>}
            {expression !== null && <code className={styles.code}>{expression}</code>}
          </p>
        )}
        {fault.hint && (
          <p className={styles.hint}>
            <Icon name="lightbulb" size={14} />
            <span>{fault.hint}</span>
          </p>
        )}
        {begins !== null && (
          <details className={styles.begins}>
            <summary>How it begins</summary>
            <pre tabIndex={0}>{begins}</pre>
          </details>
        )}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  );
}
