import type { Completion } from "../completion";
import styles from "./CompletionList.module.css";

interface CompletionListProps {
  id: string;
  items: readonly Completion[];
  marked: number;
  onMark: (index: number) => void;
  onChoose: (item: Completion) => void;
}

/** What may be written next; the field keeps the focus. */
export function CompletionList({ id, items, marked, onMark, onChoose }: CompletionListProps) {
  return (
    <ul id={id} className={styles.list} role="listbox" aria-label="What may be written next">
      {items.map((item, index) => (
        <li
          key={item.label}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === marked}
          className={styles.item}
          onPointerMove={() => onMark(index)}
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(item);
          }}
        >
          <span className={styles.label}>{item.label}</span>
          <span className={styles.note}>{item.note}</span>
        </li>
      ))}
    </ul>
  );
}
