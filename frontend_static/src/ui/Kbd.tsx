import styles from "./Kbd.module.css";

/** Keys to press together, for example `Ctrl+Enter`. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className={styles.keys}>
      {keys.split(/\+(?=.)/).map((part, index) => (
        <kbd key={index} className={styles.kbd}>
          {part}
        </kbd>
      ))}
    </span>
  );
}
