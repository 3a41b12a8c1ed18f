import { useState } from "react";
import { baseList } from "../api/knowledge";
import { useResource } from "../api/useResource";
import { Link, navigate } from "../app/router";
import type { KnowledgeBase } from "../contracts/api";
import { ConnectionBar } from "../home/ConnectionBar";
import { Badge, Button, EmptyState, formatAgo, Icon, Skeleton } from "../ui";
import { BaseDialog } from "./BaseDialog";
import styles from "./knowledge.module.css";
import { contentsOf } from "./states";

const fetchAll = async (_: null, signal: AbortSignal): Promise<KnowledgeBase[]> => (await baseList({ signal })).items;

/** The reader's knowledge bases. */
export default function KnowledgePage() {
  const { state, reload } = useResource(fetchAll, null);
  const [isMaking, setMaking] = useState(false);
  const make = (
    <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      New knowledge base
    </Button>
  );
  return (
    <main className={styles.page}>
      <ConnectionBar />
      <div className={styles.head}>
        <h1 className={styles.title}>Knowledge</h1>
        {state.kind === "ready" && state.value.length > 0 && make}
      </div>
      {state.kind === "loading" && <Loading />}
      {state.kind === "failed" && (
        <section className={styles.box}>
          <EmptyState icon="cloud-off" title="The knowledge bases could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
            {state.error.message}
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.value.length === 0 && (
        <section className={styles.box}>
          <EmptyState icon="book-open" title="Let workflows read your documents" actions={make}>
            Put documents into a knowledge base, try out what a question finds, then ask it from a workflow with the node “Search knowledge”. It works without any key.
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.value.length > 0 && (
        <ul className={styles.box} aria-label="Knowledge bases">
          {state.value.map((base) => (
            <Row key={base.id} base={base} />
          ))}
        </ul>
      )}
      {isMaking && <BaseDialog base={null} onDone={(base) => navigate(`/knowledge/${base.id}`)} onClose={() => setMaking(false)} />}
    </main>
  );
}

function Row({ base }: { base: KnowledgeBase }) {
  return (
    <li className={styles.base}>
      <span className={styles.bookmark}>
        <Icon name="book-open" />
      </span>
      <span className={styles.words}>
        <Link href={`/knowledge/${base.id}`} className={styles.name}>
          {base.name}
        </Link>
        <span className={styles.facts}>
          {contentsOf(base)}
          {base.description && ` · ${base.description}`}
        </span>
      </span>
      <span className={styles.model}>
        <Badge>{base.embedding_model}</Badge>
      </span>
      <time className={styles.when} dateTime={base.updated_at}>
        {formatAgo(base.updated_at)}
      </time>
    </li>
  );
}

function Loading() {
  return (
    <section className={styles.box} aria-busy="true" aria-label="Knowledge bases">
      {[46, 38, 52].map((width) => (
        <div key={width} className={styles.loading}>
          <Skeleton width={28} height={28} />
          <Skeleton width={`${width}%`} />
        </div>
      ))}
    </section>
  );
}
