import { useState } from "react";
import { baseList } from "../api/knowledge";
import { useResource } from "../api/useResource";
import { Link, navigate } from "../app/router";
import type { KnowledgeBase } from "../contracts/api";
import { ConnectionBar } from "../home/ConnectionBar";
import { LazyMove } from "../teams/LazyMove";
import { mayAs } from "../teams/roles";
import { SpacePicker, useSpace } from "../teams/SpacePicker";
import { useTeams } from "../teams/teams";
import { Badge, Button, EmptyState, formatAgo, Icon, IconButton, Skeleton } from "../ui";
import { BaseDialog } from "./BaseDialog";
import styles from "./knowledge.module.css";
import { contentsOf } from "./states";

const fetchAll = async (space: string, signal: AbortSignal): Promise<KnowledgeBase[]> => (await baseList({ signal, space })).items;

/** The knowledge bases that the reader sees. */
export default function KnowledgePage() {
  const space = useSpace();
  const teams = useTeams();
  const { state, reload } = useResource(fetchAll, space);
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
      <SpacePicker teams={teams} />
      {state.kind === "loading" && <Loading />}
      {state.kind === "failed" && (
        <section className={styles.box}>
          <EmptyState icon="cloud-off" title="The knowledge bases could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
            {state.error.message}
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.value.length === 0 && space === "shared" && (
        <section className={styles.box}>
          <EmptyState icon="users" title="Nothing is shared with you yet">
            What others share with you, or with a team of yours, is found here.
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.value.length === 0 && space !== "shared" && (
        <section className={styles.box}>
          <EmptyState icon="book-open" title="Let workflows read your documents" actions={make}>
            Put documents into a knowledge base, try out what a question finds, then ask it from a workflow with the node “Search knowledge”. It works without any key.
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.value.length > 0 && (
        <ul className={styles.box} aria-label="Knowledge bases">
          {state.value.map((base) => (
            <Row key={base.id} base={base} onMoved={() => void reload()} />
          ))}
        </ul>
      )}
      {isMaking && <BaseDialog base={null} teams={teams} space={space} onDone={(base) => navigate(`/knowledge/${base.id}`)} onClose={() => setMaking(false)} />}
    </main>
  );
}

function Row({ base, onMoved }: { base: KnowledgeBase; onMoved: () => void }) {
  const [isMoving, setMoving] = useState(false);
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
          {!base.belongs_to.is_you && `${base.belongs_to.name} · `}
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
      {mayAs(base.role, "admin") && <IconButton small icon="folder-input" label={`Move ${base.name}`} onClick={() => setMoving(true)} />}
      {isMoving && <LazyMove kind="knowledge" thing={base} onDone={onMoved} onClose={() => setMoving(false)} />}
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
