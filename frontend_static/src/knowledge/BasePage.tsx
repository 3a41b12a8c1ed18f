import { useEffect, useState } from "react";
import { asApiError } from "../api/client";
import { baseDelete, baseGet, baseReindex, documentList } from "../api/knowledge";
import { useResource } from "../api/useResource";
import { NotFound } from "../app/NotFound";
import { Link, navigate } from "../app/router";
import type { KnowledgeBase, KnowledgeDocument, Page } from "../contracts/api";
import { ConnectionBar } from "../home/ConnectionBar";
import { Badge, Button, EmptyState, IconButton, Menu, Skeleton, toast, type MenuEntry } from "../ui";
import { AddDocuments } from "./AddDocuments";
import { BaseDialog } from "./BaseDialog";
import { ConfirmDialog } from "./ConfirmDialog";
import { DocumentList } from "./DocumentList";
import styles from "./knowledge.module.css";
import { isUnderWay } from "./states";
import { TestBox } from "./TestBox";

const LOOK_EVERY_MS = 1000;
const SHOWN = 500;

interface Loaded {
  base: KnowledgeBase;
  documents: Page<KnowledgeDocument>;
}

async function fetchBase(id: string, signal: AbortSignal): Promise<Loaded> {
  const [base, documents] = await Promise.all([baseGet(id, { signal }), documentList(id, SHOWN, { signal })]);
  return { base, documents };
}

/** One knowledge base: its documents as they are indexed, and a place to try searches out. */
export default function BasePage({ baseId }: { baseId: string }) {
  const { state, reload } = useResource(fetchBase, baseId);
  const isMoving = state.kind === "ready" && state.value.documents.items.some(isUnderWay);
  useEffect(() => {
    if (!isMoving) return;
    const timer = window.setInterval(() => !document.hidden && void reload(), LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [isMoving, reload]);
  if (state.kind === "failed" && state.error.status === 404) return <NotFound />;
  return (
    <main className={styles.page}>
      <ConnectionBar />
      {state.kind === "loading" && <Loading />}
      {state.kind === "failed" && (
        <section className={styles.box}>
          <EmptyState icon="cloud-off" title="The knowledge base could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
            {state.error.message}
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && <Shown {...state.value} reload={() => void reload()} />}
    </main>
  );
}

function Shown({ base, documents, reload }: Loaded & { reload: () => void }) {
  return (
    <>
      <Head base={base} reload={reload} />
      {base.stale > 0 && (
        <p className={styles.stale} role="status">
          {base.stale} of {base.documents} documents were indexed by another embedding model. Until they are indexed anew, they are found by words alone.
        </p>
      )}
      <div className={styles.columns}>
        <section className={styles.box} aria-label="Documents">
          <AddDocuments baseId={base.id} isEmpty={documents.total === 0} onAdded={reload} />
          <DocumentList baseId={base.id} documents={documents} reload={reload} />
        </section>
        <TestBox baseId={base.id} isReady={base.ready > 0} />
      </div>
    </>
  );
}

function Head({ base, reload }: { base: KnowledgeBase; reload: () => void }) {
  const [dialog, setDialog] = useState<"settings" | "delete" | null>(null);
  const reindex = async (): Promise<void> => {
    try {
      await baseReindex(base.id);
      reload();
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
  };
  const remove = async (): Promise<void> => {
    await baseDelete(base.id);
    toast({ text: `Deleted “${base.name}”.` });
    navigate("/knowledge");
  };
  const entries: MenuEntry[] = [
    { id: "settings", label: "Settings…", icon: "settings", perform: () => setDialog("settings") },
    { id: "reindex", label: "Index all anew", icon: "refresh-cw", disabled: base.documents === 0, perform: () => void reindex() },
    { kind: "line", id: "line" },
    { id: "delete", label: "Delete…", icon: "trash-2", danger: true, perform: () => setDialog("delete") },
  ];
  return (
    <div className={styles.head}>
      <div className={styles.about}>
        <nav aria-label="Where you are">
          <Link href="/knowledge" className={styles.back}>
            Knowledge
          </Link>
        </nav>
        <h1 className={styles.title}>{base.name}</h1>
        {base.description && <p className={styles.description}>{base.description}</p>}
      </div>
      <Badge>{base.embedding_model}</Badge>
      <Menu entries={entries} align="end">
        <IconButton icon="ellipsis" label="More about this knowledge base" />
      </Menu>
      {dialog === "settings" && <BaseDialog base={base} onDone={reload} onClose={() => setDialog(null)} />}
      {dialog === "delete" && (
        <ConfirmDialog
          title={`Delete “${base.name}”?`}
          lead="Its documents and their originals go. Workflows that search it fail until they name another one. This cannot be undone."
          onConfirm={remove}
          onClose={() => setDialog(null)}
        />
      )}
    </div>
  );
}

function Loading() {
  return (
    <section className={styles.box} aria-busy="true" aria-label="Knowledge base">
      <div className={styles.loading}>
        <Skeleton width="40%" />
      </div>
      <div className={styles.loading}>
        <Skeleton width="60%" />
      </div>
    </section>
  );
}
