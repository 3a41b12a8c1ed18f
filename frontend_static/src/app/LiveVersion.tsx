import { useEffect, useState } from "react";
import { useDocument, useEditor } from "../actions/editor";
import { versionGet } from "../api/workflows";
import type { GraphDocument } from "../contracts/document";
import { compareDocuments } from "../document/compare";
import { normaliseDocument } from "../document/normalise";
import { unpublishedWords } from "./live";
import { Link } from "./router";
import styles from "./EditorBar.module.css";

const REST_MS = 400;

/** Which version callers get, and how much of the draft they do not get yet; leads to what differs. */
export default function LiveVersion({ number }: { number: number }) {
  const { store, workflowId } = useEditor();
  const nodes = useDocument((view) => view.nodes);
  const edges = useDocument((view) => view.edges);
  const [live, setLive] = useState<{ number: number; document: GraphDocument } | null>(null);
  const [words, setWords] = useState("");
  useEffect(() => {
    const controller = new AbortController();
    // Without an answer the number is shown all the same.
    versionGet(workflowId, number, { signal: controller.signal }).then(({ document }) => setLive({ number, document: normaliseDocument(document) }), () => undefined);
    return () => controller.abort();
  }, [workflowId, number]);
  useEffect(() => {
    const known = live?.number === number ? live.document : null;
    const timer = window.setTimeout(() => setWords(known === null ? "" : unpublishedWords(compareDocuments(known, store.toJson()))), REST_MS);
    return () => window.clearTimeout(timer);
  }, [live, number, nodes, edges, store]);
  return (
    <Link href={`/workflows/${encodeURIComponent(workflowId)}/history`} className={styles.live} title={`Version ${number} is what links, triggers and callers get. ${words || "The draft is the same"}. Opens the history.`}>
      <span>
        <strong>v{number}</strong>
        <span className={styles.liveWord}> live</span>
      </span>
      {words && <span className={styles.differs}>{words}</span>}
    </Link>
  );
}
