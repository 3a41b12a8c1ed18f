import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Action } from "../actions/action";
import { shortcutOf, shortcutProblem, showKeys } from "../actions/keys";
import { bind, holderOf, isChanged, keysFor, prefs, setPrefs, unbind } from "../actions/prefs";
import { ACTIONS } from "../actions/registry";
import { Button, Dialog, IconButton, Kbd, Switch, TextInput } from "../ui";
import styles from "./dialogs.module.css";

const GROUPS = ["Run", "Add", "Edit", "Select", "View", "Help"] as const;

/** Every action with its keys, from the same list that the keys are read from; each can be given others, which stay in this browser. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [changing, setChanging] = useState<string | null>(null);
  const { wheelZooms, keys: own } = useStore(prefs);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = ACTIONS.filter((action) => {
    const text = `${action.title} ${keysFor(action).map((keys) => showKeys(keys)).join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const foot = (
    <>
      <span className={styles.wheel}>
        <Switch label="The wheel zooms, without Ctrl" checked={wheelZooms} onChange={(next) => setPrefs({ wheelZooms: next })} />
      </span>
      <Button disabled={Object.keys(own).length === 0} onClick={() => unbind(ACTIONS)}>
        Reset all keys
      </Button>
    </>
  );
  return (
    <Dialog title="Keyboard shortcuts" lead="Press the pencil to give an action keys of your own. They stay in this browser." wide onClose={onClose} foot={foot}>
      <div className={styles.search}>
        <TextInput autoFocus aria-label="Search shortcuts" placeholder="An action, or its keys" value={query} onChange={(event) => setQuery(event.target.value)} />
      </div>
      <div className={styles.keys}>
        {GROUPS.map((group) => {
          const actions = found.filter((action) => action.group === group);
          return actions.length === 0 ? null : (
            <section key={group}>
              <h3>{group}</h3>
              <ul>
                {actions.map((action) => (
                  <li key={action.id}>{changing === action.id ? <Changing action={action} onDone={() => setChanging(null)} /> : <Line action={action} onChange={() => setChanging(action.id)} />}</li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
      {found.length === 0 && <p className={styles.nothing}>Nothing is called “{query}”.</p>}
    </Dialog>
  );
}

function Line({ action, onChange }: { action: Action; onChange: () => void }) {
  const keys = keysFor(action);
  return (
    <>
      <span>{action.title}</span>
      <span className={styles.bound}>
        {keys.slice(0, 2).map((one) => (
          <Kbd key={one} keys={showKeys(one)} />
        ))}
        {isChanged(action.id) && <IconButton small icon="undo-2" label={`Reset the keys of “${action.title}”`} onClick={() => unbind(ACTIONS, action.id)} />}
        <IconButton small icon="pencil" label={`Change the keys of “${action.title}”`} onClick={onChange} />
      </span>
    </>
  );
}

/** Takes the next keys that are pressed. Keys of another action are taken from it only when that is said again. */
function Changing({ action, onDone }: { action: Action; onDone: () => void }) {
  const [pressed, setPressed] = useState<string | null>(null);
  const problem = pressed === null ? undefined : shortcutProblem(pressed);
  const holder = pressed === null ? undefined : holderOf(ACTIONS, pressed, action.id);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Tab" || (pressed !== null && event.key === "Enter" && event.target instanceof HTMLButtonElement)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") return onDone();
      const shortcut = shortcutOf(event);
      if (shortcut === undefined) return;
      setPressed(shortcut);
      if (shortcutProblem(shortcut) !== undefined || holderOf(ACTIONS, shortcut, action.id)) return;
      bind(ACTIONS, action.id, [shortcut]);
      onDone();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [action, pressed, onDone]);
  const take = (keys: readonly string[]) => () => {
    bind(ACTIONS, action.id, keys);
    onDone();
  };
  return (
    <>
      <span>
        {action.title}
        <span className={styles.asked} role="status">
          {problem ?? (holder && pressed ? `${showKeys(pressed)} is “${holder.title}”.` : "Press the new keys, or Esc.")}
        </span>
      </span>
      <span className={styles.bound}>
        {holder && pressed && !problem && (
          <Button small autoFocus onClick={take([pressed])}>
            Take them
          </Button>
        )}
        <Button small onClick={take([])}>
          No keys
        </Button>
        <IconButton small icon="x" label="Leave the keys as they are" onClick={onDone} />
      </span>
    </>
  );
}
