import { useEffect, useRef, useState, type FormEvent } from "react";
import { asApiError, isAbort, type ApiError } from "../api/client";
import { ask } from "../api/knowledge";
import { Link } from "../app/router";
import type { KnowledgeFound, KnowledgeQuestion, SearchMode } from "../contracts/api";
import { Badge, Button, FieldNotes, Select, Skeleton, TextInput } from "../ui";
import styles from "./knowledge.module.css";

const MODES = [
  { value: "hybrid", label: "Meaning and words" },
  { value: "vector", label: "Meaning" },
  { value: "text", label: "Words" },
];

type State = { kind: "idle" } | { kind: "asking" } | { kind: "answered"; question: KnowledgeQuestion } | { kind: "failed"; error: ApiError };

/** Tries a search out, as a node would do it, and shows where each score comes from. */
export function TestBox({ baseId, isReady }: { baseId: string; isReady: boolean }) {
  const [query, setQuery] = useState("");
  const [mode, setMode] = useState<SearchMode>("hybrid");
  const [state, setState] = useState<State>({ kind: "idle" });
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);
  const search = async (chosen: SearchMode): Promise<void> => {
    if (query.trim() === "") return;
    asking.current?.abort();
    const controller = new AbortController();
    asking.current = controller;
    setState({ kind: "asking" });
    try {
      setState({ kind: "answered", question: await ask(baseId, { query: query.trim(), mode: chosen, top_k: 5 }, controller.signal) });
    } catch (thrown) {
      if (!isAbort(thrown)) setState({ kind: "failed", error: asApiError(thrown) });
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void search(mode);
  };
  const choose = (value: string): void => {
    setMode(value as SearchMode);
    if (state.kind === "answered") void search(value as SearchMode);
  };
  return (
    <section className={styles.box} aria-label="Try a search">
      <form className={styles.test} onSubmit={submit}>
        <h2 className={styles.subtitle}>Try a search</h2>
        <TextInput aria-label="Question" placeholder="How long do refunds take?" value={query} disabled={!isReady} onChange={(event) => setQuery(event.target.value)} />
        <div className={styles.testRow}>
          <Select aria-label="Look by" options={MODES} value={mode} disabled={!isReady} onChange={choose} />
          <Button kind="primary" type="submit" icon="search" disabled={!isReady || query.trim() === "" || state.kind === "asking"}>
            Search
          </Button>
        </div>
        {!isReady && <p className={styles.facts}>As soon as a document is ready, a question can be tried out here.</p>}
      </form>
      <div aria-live="polite" aria-busy={state.kind === "asking"}>
        {state.kind === "asking" && <Waiting />}
        {state.kind === "failed" && <Refusal message={state.error.message} />}
        {state.kind === "answered" && <Answer baseId={baseId} question={state.question} />}
      </div>
    </section>
  );
}

function Answer({ baseId, question }: { baseId: string; question: KnowledgeQuestion }) {
  if (question.fault) return <Refusal message={`${question.fault.message} ${question.fault.hint}`} />;
  return (
    <>
      {question.notes.map((note) => (
        <p key={note} className={styles.nothing}>
          {note}
        </p>
      ))}
      {question.passages.length === 0 && <p className={styles.nothing}>Nothing was found. Look by meaning, or use other words.</p>}
      <ol aria-label="Passages">
        {question.passages.map((one, index) => (
          <Found key={`${one.document_id} ${one.position}`} baseId={baseId} found={one} rank={index + 1} />
        ))}
      </ol>
    </>
  );
}

function Found({ baseId, found, rank }: { baseId: string; found: KnowledgeFound; rank: number }) {
  return (
    <li className={styles.found}>
      <div className={styles.foundHead}>
        <span className={styles.rank}>{rank}</span>
        <Link href={`/knowledge/${baseId}/documents/${found.document_id}?passage=${found.position}`} className={styles.citation}>
          {found.citation}
        </Link>
        <Badge tone="accent">{found.score.toFixed(3)}</Badge>
      </div>
      <p className={styles.passage}>{found.text}</p>
      <p className={styles.ranks}>
        <span>meaning {placeOf(found.vector)}</span>
        <span>words {placeOf(found.text_rank)}</span>
      </p>
    </li>
  );
}

const placeOf = (place: KnowledgeFound["vector"]): string => (place ? `#${place.rank} (${place.score.toFixed(3)})` : "–");

function Refusal({ message }: { message: string }) {
  return (
    <div className={styles.nothing}>
      <FieldNotes notes={[{ severity: "error", message }]} />
    </div>
  );
}

function Waiting() {
  return (
    <div className={styles.found}>
      <Skeleton width="50%" />
      <Skeleton height={48} />
    </div>
  );
}
