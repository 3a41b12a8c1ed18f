import { useState } from "react";
import { useStore } from "zustand";
import { useEditor, type Editor } from "../actions/editor";
import type { Autosave } from "../document/autosave";
import type { Choice, Conflict } from "../document/merge";
import { Button, Dialog } from "../ui";
import styles from "./dialogs.module.css";

const WHAT = { node: "Node", edge: "Connection", setting: "Setting" };
const WORD: Record<Choice, string> = { mine: "Mine", theirs: "Theirs", both: "Both" };

/** Two people changed the same field of a node. Nothing is thrown away: all else of both sides stays, and what is taken of theirs can be undone. */
export function ConflictDialog() {
  const editor = useEditor();
  return editor.autosave ? <Conflicts editor={editor} autosave={editor.autosave} /> : null;
}

function Conflicts({ editor, autosave }: { editor: Editor; autosave: Autosave }) {
  const state = useStore(autosave.state);
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  if (state.kind !== "conflict") return null;
  const { conflicts } = state.merge;
  const choose = (keys: readonly string[], choice: Choice): void => setChoices(new Map([...choices, ...keys.map((key): [string, Choice] => [key, choice])]));
  const all = (choice: Choice) => () => choose(conflicts.map(({ key }) => key), choice);
  const foot = (
    <>
      <Button kind="ghost" onClick={all("mine")}>
        All mine
      </Button>
      <Button kind="ghost" onClick={all("theirs")}>
        All theirs
      </Button>
      <Button kind="primary" onClick={() => autosave.resolve(choices)}>
        Go on
      </Button>
    </>
  );
  return (
    <Dialog
      title="Changed in two places"
      lead="While you worked, this workflow was saved elsewhere. What does not meet is merged already; choose whose version each of these has. What you take of theirs can be undone."
      onClose={() => undefined}
      foot={foot}
      wide
    >
      <ul className={styles.conflicts}>
        {conflicts.map((conflict) => (
          <Line key={conflict.key} conflict={conflict} choice={choices.get(conflict.key) ?? "mine"} onChoose={(choice) => choose([conflict.key], choice)} onShow={() => editor.ui.getState().canvas?.show(conflict.id)} />
        ))}
      </ul>
    </Dialog>
  );
}

interface LineProps {
  conflict: Conflict;
  choice: Choice;
  onChoose: (choice: Choice) => void;
  /** Brings the node into view behind the dialog. */
  onShow: () => void;
}

function Line({ conflict, choice, onChoose, onShow }: LineProps) {
  const { key, kind, name, mine, theirs, fields } = conflict;
  const offered: Choice[] = kind === "node" && mine === theirs ? ["mine", "theirs", "both"] : ["mine", "theirs"];
  return (
    <li onMouseEnter={onShow} data-conflict={key}>
      <div className={styles.conflictHead}>
        <span>
          {WHAT[kind]} <strong>{name}</strong> <span className={styles.quiet}>you {mine} it, they {theirs} it</span>
        </span>
        <span className={styles.choices} role="radiogroup" aria-label={`Whose version of ${name}`}>
          {offered.map((one) => (
            <label key={one} data-chosen={one === choice ? "" : undefined} title={one === "both" ? "Mine stays, and theirs is kept as a node beside it" : undefined}>
              <input type="radio" name={key} checked={one === choice} onFocus={onShow} onChange={() => onChoose(one)} />
              {WORD[one]}
            </label>
          ))}
        </span>
      </div>
      {fields.length > 0 && (
        <table className={styles.sides}>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Mine</th>
              <th scope="col">Theirs</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((one) => (
              <tr key={one.field}>
                <th scope="row">{one.field.replace(/^(params|value)\./, "")}</th>
                <td>{shown(one.mine)}</td>
                <td>{shown(one.theirs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}

const LONGEST = 300;

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
