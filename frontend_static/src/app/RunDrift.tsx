import { useEffect, useState } from "react";
import { useDocument, useEditor } from "../actions/editor";
import { runDocument } from "../api/runs";
import type { GraphDocument } from "../contracts/document";
import { compareDocuments } from "../document/compare";
import { normaliseDocument } from "../document/normalise";
import { Icon } from "../ui";
import { driftWords } from "./drift";
import { Link } from "./router";
import styles from "./RunDrift.module.css";

/** Says that the open run ran on another graph than the one that is edited, and leads to that one. */
export default function RunDrift({ runId }: { runId: string }) {
  const { store } = useEditor();
  const nodes = useDocument((view) => view.nodes);
  const edges = useDocument((view) => view.edges);
  const [ran, setRan] = useState<GraphDocument | null>(null);
  const [words, setWords] = useState("");
  useEffect(() => {
    const controller = new AbortController();
    // Without an answer nothing is said: the run itself is shown all the same.
    runDocument(runId, { signal: controller.signal }).then((answer) => setRan(normaliseDocument(answer.document)), () => undefined);
    return () => controller.abort();
  }, [runId]);
  useEffect(() => {
    const timer = window.setTimeout(() => setWords(ran === null ? "" : driftWords(compareDocuments(ran, store.toJson()))), 300);
    return () => window.clearTimeout(timer);
  }, [ran, nodes, edges, store]);
  if (words === "") return null;
  return (
    <Link href={`/runs/${encodeURIComponent(runId)}`} className={styles.drift} title="Open the run on the graph it ran on">
      <Icon name="pencil" size={13} />
      <span>{words}</span>
    </Link>
  );
}
