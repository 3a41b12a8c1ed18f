import { useStore } from "zustand";
import type { Autosave, SaveState } from "../document/autosave";
import { Icon } from "../ui";
import styles from "./EditorBar.module.css";

const WORDS: Record<SaveState["kind"], { icon: string; word: string; tone?: "warn" | "fail" }> = {
  saved: { icon: "check", word: "Saved" },
  pending: { icon: "circle-dashed", word: "Saving" },
  saving: { icon: "circle-dashed", word: "Saving" },
  offline: { icon: "cloud-off", word: "Offline, kept here", tone: "warn" },
  refused: { icon: "circle-alert", word: "Not saved", tone: "fail" },
  conflict: { icon: "git-merge", word: "Not saved", tone: "fail" },
};

/** Whether the server has what is on the screen. */
export function SaveMark({ autosave }: { autosave: Autosave }) {
  const state = useStore(autosave.state);
  const { icon, word, tone } = WORDS[state.kind];
  const message = "message" in state ? state.message : undefined;
  const inside = (
    <>
      <Icon name={icon} size={14} />
      <span className={styles.saveWord}>{word}</span>
    </>
  );
  if (!message) {
    return (
      <span className={styles.save} role="status" data-tone={tone} data-save-state={state.kind}>
        {inside}
      </span>
    );
  }
  return (
    <button type="button" className={styles.save} data-tone={tone} data-save-state={state.kind} title={`${message} Press to try again.`} onClick={() => void autosave.flush()}>
      {inside}
    </button>
  );
}
