import { Link } from "../app/router";
import type { FailureOut } from "../contracts/api";
import { Badge, classes, formatAgo, Icon } from "../ui";
import styles from "./failures.module.css";
import { Spark } from "./Spark";
import { ignoredWords, KIND_WORDS, peopleWord, placeOf, runsWord, STATE_TONES, STATE_WORDS } from "./words";

interface FailureRowProps {
  failure: FailureOut;
  per: "hour" | "day";
  isMarked: boolean;
  onMark: () => void;
  onFocus: () => void;
}

/** One cause in the inbox. The link covers the row, except for the mark. */
export function FailureRow({ failure, per, isMarked, onMark, onFocus }: FailureRowProps) {
  const { id, state, kind, title, message, workflow, count, open_count: open, people, assignee } = failure;
  return (
    <li className={classes(styles.row, isMarked && styles.marked)} onFocus={onFocus}>
      <input type="checkbox" className={styles.mark} checked={isMarked} onChange={onMark} aria-label={`Mark ${title} of ${workflow.name}`} />
      <div className={styles.what}>
        <div className={styles.line}>
          <Link href={`/failures/${encodeURIComponent(id)}`} className={styles.title} data-failure={id}>
            {title}
          </Link>
          <Badge tone={STATE_TONES[state]}>{STATE_WORDS[state]}</Badge>
          {kind !== "failed" && <Badge tone="warn">{KIND_WORDS[kind]}</Badge>}
          {state === "ignored" && <span className={styles.quiet}>{ignoredWords(failure)}</span>}
        </div>
        <p className={styles.message}>{message}</p>
        <p className={styles.place}>
          {workflow.name} <Icon name="chevron-right" size={12} /> {placeOf(failure)}
        </p>
      </div>
      <div className={styles.drawn}>
        <Spark values={failure.spark} per={per} />
      </div>
      <div className={styles.figures}>
        <strong>{runsWord(count)}</strong>
        <span>
          {open > 0 ? `${open.toLocaleString("en-US")} open` : "none open"}, {peopleWord(people)}
        </span>
      </div>
      <div className={styles.when}>
        <time dateTime={failure.last_seen} title={`Last seen ${new Date(failure.last_seen).toLocaleString()}`}>
          {formatAgo(failure.last_seen)}
        </time>
        <span title={`First seen ${new Date(failure.first_seen).toLocaleString()}`}>since {formatAgo(failure.first_seen)}</span>
        {assignee !== null && (
          <span className={styles.who}>
            <Icon name="user" size={12} /> {assignee.name}
          </span>
        )}
      </div>
    </li>
  );
}
