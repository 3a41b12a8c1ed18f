import type { Citation } from "./citations";
import styles from "./ValueView.module.css";

/** What an answer rests on, each a link that opens the passage. */
export function Citations({ cited }: { cited: readonly Citation[] }) {
  return (
    <ol className={styles.citations} aria-label="Citations">
      {cited.map(({ citation, url, text }, index) => (
        <li key={`${index} ${url}`}>
          <span>{index + 1}</span>
          <a href={url} target="_blank" rel="noreferrer">
            {citation}
          </a>
          {text !== "" && <p>{text}</p>}
        </li>
      ))}
    </ol>
  );
}
