import { useState } from "react";
import { showKeys } from "../actions/keys";
import { ACTIONS } from "../actions/registry";
import { Dialog, Kbd, TextInput } from "../ui";
import styles from "./dialogs.module.css";

const GROUPS = ["Run", "Add", "Edit", "Select", "View", "Help"] as const;

/** Every key, from the same list that the keys are read from. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const found = ACTIONS.filter((action) => action.keys.length > 0 && action.title.toLowerCase().includes(query.toLowerCase()));
  return (
    <Dialog title="Keyboard shortcuts" wide onClose={onClose}>
      <div className={styles.search}>
        <TextInput autoFocus aria-label="Search shortcuts" placeholder="Search" value={query} onChange={(event) => setQuery(event.target.value)} />
      </div>
      <div className={styles.keys}>
        {GROUPS.map((group) => {
          const actions = found.filter((action) => action.group === group);
          return actions.length === 0 ? null : (
            <section key={group}>
              <h3>{group}</h3>
              <ul>
                {actions.map((action) => (
                  <li key={action.id}>
                    <span>{action.title}</span>
                    <span>
                      {action.keys.slice(0, 2).map((keys) => (
                        <Kbd key={keys} keys={showKeys(keys)} />
                      ))}
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}
