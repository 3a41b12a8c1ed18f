import type { Suggestion } from "../../document/suggest";
import { Icon, Menu } from "../../ui";
import styles from "./TemplateInput.module.css";

/** Names that the field may use; the chosen one is written at the caret. */
export function InsertMenu({ suggestions, onInsert }: { suggestions: readonly Suggestion[]; onInsert: (expression: string) => void }) {
  const entries = suggestions.map((one) => ({
    id: one.expression,
    label: (
      <>
        <span className={styles.expr}>{one.expression}</span>
        <span className={styles.from}>{one.from}</span>
      </>
    ),
    perform: () => onInsert(one.expression),
  }));
  return (
    <Menu entries={entries} align="end">
      <button type="button" className={styles.insert} aria-label="Insert a value" title="Insert a value from another node">
        <Icon name="braces" size={14} />
      </button>
    </Menu>
  );
}
