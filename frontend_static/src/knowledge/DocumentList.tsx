import { useRef, useState } from "react";
import { asApiError } from "../api/client";
import { documentDelete, documentFileUrl, documentReindex, documentReplace } from "../api/knowledge";
import { Link, navigate } from "../app/router";
import type { KnowledgeDocument, Page } from "../contracts/api";
import { Badge, Icon, IconButton, Menu, toast, type MenuEntry } from "../ui";
import { ACCEPTED } from "./AddDocuments";
import { ConfirmDialog } from "./ConfirmDialog";
import styles from "./knowledge.module.css";
import { factsOf, stateOf } from "./states";

interface DocumentListProps {
  baseId: string;
  documents: Page<KnowledgeDocument>;
  reload: () => void;
}

/** The documents of a base, each with what happens to it. */
export function DocumentList({ baseId, documents, reload }: DocumentListProps) {
  if (documents.total === 0) {
    return <p className={styles.nothing}>Documents are read, cut into passages and embedded here. As soon as one is ready, try a question on it.</p>;
  }
  return (
    <>
      <ul>
        {documents.items.map((document) => (
          <DocumentRow key={document.id} baseId={baseId} document={document} reload={reload} />
        ))}
      </ul>
      {documents.total > documents.items.length && (
        <p className={styles.nothing}>
          The newest {documents.items.length} of {documents.total} are shown.
        </p>
      )}
    </>
  );
}

function DocumentRow({ baseId, document, reload }: { baseId: string; document: KnowledgeDocument; reload: () => void }) {
  const [isDeleting, setDeleting] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const shown = stateOf(document);
  const href = `/knowledge/${baseId}/documents/${document.id}`;
  const tried = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
      reload();
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
  };
  const hasFile = document.size_bytes > 0;
  const entries: MenuEntry[] = [
    { id: "open", label: "Read its passages", icon: "text", disabled: !document.is_searched, perform: () => navigate(href) },
    { id: "download", label: "Download the original", icon: "download", disabled: !hasFile, perform: () => window.location.assign(documentFileUrl(baseId, document.id)) },
    { id: "replace", label: "Replace…", icon: "replace", perform: () => input.current?.click() },
    { id: "reindex", label: document.source_url ? "Fetch and index anew" : "Index anew", icon: "refresh-cw", perform: () => void tried(documentReindex(baseId, document.id)) },
    { kind: "line", id: "line" },
    { id: "delete", label: "Delete…", icon: "trash-2", danger: true, perform: () => setDeleting(true) },
  ];
  const replace = (file: File | undefined): void => {
    if (file) void tried(documentReplace(baseId, document.id, file));
    if (input.current) input.current.value = "";
  };
  return (
    <li className={styles.document} data-status={document.status}>
      <Icon name={document.source_url ? "globe" : "file-text"} />
      <span className={styles.words}>
        {document.is_searched ? (
          <Link href={href} className={styles.name}>
            {document.name}
          </Link>
        ) : (
          <span className={styles.name}>{document.name}</span>
        )}
        <span className={styles.facts}>{factsOf(document)}</span>
        {document.fault && (
          <span className={styles.fault}>
            {document.fault.message} {document.fault.hint}
            {document.is_searched && " What was searched of it before still is."}
          </span>
        )}
        {document.status === "ready" && document.notes.map((note) => <span key={note} className={styles.note}>{note}</span>)}
      </span>
      <span className={styles.state}>
        <Badge tone={shown.tone}>{shown.word}</Badge>
        {shown.share !== null && <progress className={styles.progress} value={shown.share} max={1} aria-label={`${document.name}: ${shown.word}`} />}
      </span>
      <Menu entries={entries} align="end">
        <IconButton small icon="ellipsis" label={`More about ${document.name}`} />
      </Menu>
      <input ref={input} type="file" hidden accept={ACCEPTED} aria-label={`Replace ${document.name}`} onChange={(event) => replace(event.target.files?.[0])} />
      {isDeleting && (
        <ConfirmDialog
          title={`Delete “${document.name}”?`}
          lead="Its original and its passages go; searches no longer find it."
          onConfirm={() => documentDelete(baseId, document.id).then(reload)}
          onClose={() => setDeleting(false)}
        />
      )}
    </li>
  );
}
