import { useEffect, useRef } from "react";
import { documentFileUrl, passageList } from "../api/knowledge";
import { useResource } from "../api/useResource";
import { NotFound } from "../app/NotFound";
import { Link } from "../app/router";
import type { KnowledgeExcerpt } from "../contracts/api";
import { Button, classes, EmptyState, Icon, Skeleton } from "../ui";
import styles from "./knowledge.module.css";
import { count } from "./states";

interface PassagePageProps {
  baseId: string;
  documentId: string;
  position: number;
}

const AROUND = 3;

const fetchExcerpt = (address: string, signal: AbortSignal): Promise<KnowledgeExcerpt> => {
  const [base = "", document = "", position = "0"] = address.split("\n");
  return passageList(base, document, Number(position), { signal });
};

/** What a citation opens: the passage among those around it. */
export default function PassagePage({ baseId, documentId, position }: PassagePageProps) {
  const { state, reload } = useResource(fetchExcerpt, `${baseId}\n${documentId}\n${position}`);
  if (state.kind === "failed" && state.error.status === 404) return <NotFound />;
  return (
    <main className={styles.page}>
      {state.kind === "loading" && <Skeleton height={160} />}
      {state.kind === "failed" && (
        <section className={styles.box}>
          <EmptyState icon="cloud-off" title="The passage could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
            {state.error.message}
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && <Shown baseId={baseId} excerpt={state.value} position={position} />}
    </main>
  );
}

function Shown({ baseId, excerpt, position }: { baseId: string; excerpt: KnowledgeExcerpt; position: number }) {
  const { document, passages, total } = excerpt;
  const marked = useRef<HTMLLIElement>(null);
  useEffect(() => marked.current?.scrollIntoView({ block: "center" }), [position]);
  const href = (to: number): string => `/knowledge/${baseId}/documents/${document.id}?passage=${to}`;
  const [first, last] = [passages[0]?.position ?? 0, passages.at(-1)?.position ?? 0];
  return (
    <>
      <div className={styles.head}>
        <div className={styles.about}>
          <nav aria-label="Where you are" className={styles.back}>
            <Link href="/knowledge">Knowledge</Link> / <Link href={`/knowledge/${baseId}`}>Documents</Link>
          </nav>
          <h1 className={styles.title}>{document.name}</h1>
          <p className={styles.description}>{total > 0 ? `Passage ${position + 1} of ${count(total, "passage")}` : "No passages yet"}</p>
        </div>
        {document.size_bytes > 0 && (
          <a className={styles.download} href={documentFileUrl(baseId, document.id)} download>
            <Icon name="download" /> Original
          </a>
        )}
      </div>
      {passages.length === 0 ? (
        <section className={styles.box}>
          <EmptyState icon="text" title="This passage is not there any more">
            The document was indexed anew since it was cited, or is being indexed for the first time.{" "}
            <Link href={href(0)} className={styles.citation}>
              Read it from the beginning
            </Link>
          </EmptyState>
        </section>
      ) : (
        <ol className={styles.box} aria-label="Passages" start={first + 1}>
          {passages.map((one) => (
            <li key={one.position} ref={one.position === position ? marked : undefined} className={classes(styles.found, one.position === position && styles.marked)} aria-current={one.position === position ? "location" : undefined}>
              <div className={styles.foundHead}>
                <span className={styles.rank}>{one.position + 1}</span>
                <span className={styles.facts}>
                  {[one.page === null ? "" : `Page ${one.page}`, one.section, `characters ${one.start} to ${one.end}`].filter(Boolean).join(" · ")}
                </span>
              </div>
              <p className={styles.whole}>{one.text}</p>
            </li>
          ))}
        </ol>
      )}
      <nav className={styles.turn} aria-label="Passages before and after">
        {first > 0 && <Link href={href(Math.max(0, first - AROUND - 1))}>Earlier passages</Link>}
        {passages.length > 0 && last + 1 < total && <Link href={href(Math.min(total - 1, last + AROUND + 1))}>Later passages</Link>}
      </nav>
    </>
  );
}
