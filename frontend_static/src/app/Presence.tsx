import { useEffect, useState } from "react";
import { useEditor } from "../actions/editor";
import { presenceBeat, presenceLeave } from "../api/presence";
import { draftGet } from "../api/workflows";
import type { AroundOut, JsonObject } from "../contracts/api";
import { normaliseDocument } from "../document/normalise";
import { toast, Tooltip } from "../ui";
import { initialsOf, newcomers } from "./around";
import styles from "./EditorBar.module.css";

const ALONE_MS = 20_000;
const TOGETHER_MS = 4_000;

/** Who else has this workflow open. While others are there, what they save comes in within seconds. */
export default function Presence() {
  const { workflowId, autosave } = useEditor();
  const [others, setOthers] = useState<AroundOut["others"]>([]);
  useEffect(() => {
    const page = `p-${Math.random().toString(36).slice(2, 12)}`;
    const controller = new AbortController();
    let known: AroundOut["others"] = [];
    let timer = 0;
    const beat = async (): Promise<void> => {
      window.clearTimeout(timer);
      try {
        const around = await presenceBeat(workflowId, page, { signal: controller.signal });
        const came = newcomers(known, around.others);
        known = around.others;
        setOthers(around.others);
        if (came.length > 0) toast({ text: `${came.join(", ")} ${came.length === 1 ? "has" : "have"} this workflow open too. What each of you saves comes in here by itself.` });
        if (autosave && around.revision > autosave.savedRevision) {
          const draft = await draftGet(workflowId, { signal: controller.signal });
          autosave.received({ revision: draft.revision, document: normaliseDocument(draft.document as JsonObject) });
        }
      } catch {
        // Who is there is not worth a message; saving says by itself when the server is away.
      }
      if (!controller.signal.aborted) timer = window.setTimeout(() => void beat(), known.length > 0 ? TOGETHER_MS : ALONE_MS);
    };
    const seen = (): void => void (document.visibilityState === "visible" && beat());
    const gone = (): void => void presenceLeave(workflowId, page).catch(() => undefined);
    void beat();
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("pagehide", gone);
    return () => {
      controller.abort();
      window.clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("pagehide", gone);
      gone();
    };
  }, [workflowId, autosave]);
  if (others.length === 0) return null;
  return (
    <ul className={styles.around} aria-label="Also here">
      {others.map(({ name, is_you, can_edit }) => {
        const text = is_you ? "You, in another window" : `${name} has this open${can_edit ? "" : ", to look at"}`;
        return (
          <li key={`${name} ${is_you}`}>
            <Tooltip text={text}>
              <span className={styles.person} data-you={is_you || undefined} tabIndex={0} role="img" aria-label={text}>
                {initialsOf(name)}
              </span>
            </Tooltip>
          </li>
        );
      })}
    </ul>
  );
}
