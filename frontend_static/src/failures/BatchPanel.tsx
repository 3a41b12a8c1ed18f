import { useCallback, useState } from "react";
import { asApiError } from "../api/client";
import { batchDo, batchGet, batchItems, batchList } from "../api/failures";
import { useResource } from "../api/useResource";
import { Link } from "../app/router";
import type { BatchItem, BatchItemPage, BatchOut } from "../contracts/api";
import { formatCost } from "../runs/format";
import { Badge, Button, FieldNotes, formatAgo, Skeleton, toast, type Tone } from "../ui";
import styles from "./batch.module.css";
import { useEvery } from "./every";
import { runsWord } from "./words";

const LOOK_EVERY_MS = 1000;

const STATES: Record<BatchOut["state"], { word: string; tone: Tone }> = {
  draft: { word: "Not started", tone: "accent" },
  running: { word: "Under way", tone: "wait" },
  paused: { word: "Paused", tone: "warn" },
  stopped: { word: "Stopped", tone: "neutral" },
  done: { word: "Done", tone: "ok" },
};
const ITEMS: Record<BatchItem["state"], string> = { pending: "Waits for its turn", running: "Under way", succeeded: "Succeeded", failed: "Failed again", refused: "Not resumed", left: "Left, the batch was stopped" };

const fetchLast = async (group: string, signal: AbortSignal): Promise<BatchOut | null> => {
  const { items } = await batchList(group, { signal });
  return items[0] ? batchGet(items[0].id, { signal }) : null;
};

/** The last time that the group was resumed: what it will do, how far it is, and what came of it. */
export function BatchPanel({ groupId, onChange }: { groupId: string; onChange: () => void }) {
  const { state, reload } = useResource(fetchLast, groupId);
  useEvery(LOOK_EVERY_MS, reload);
  const batch = state.kind === "ready" ? state.value : null;
  if (batch === null || (batch.state === "stopped" && batch.started_at === null)) return null;
  const act = (what: "start" | "pause" | "stop"): void => {
    batchDo(batch.id, what).then(
      () => {
        void reload();
        onChange();
      },
      (thrown: unknown) => toast({ tone: "fail", text: asApiError(thrown).message }),
    );
  };
  const { word, tone } = STATES[batch.state];
  return (
    <section className={styles.panel} aria-label="Resuming the group">
      <div className={styles.head}>
        <h2>Resume {runsWord(batch.total)}</h2>
        <Badge tone={tone}>{word}</Badge>
        <span className={styles.quiet}>{versionOf(batch)}</span>
        <span className={styles.actions}>
          {batch.state === "draft" && <Button small kind="primary" icon="play" onClick={() => act("start")}>Start</Button>}
          {batch.state === "draft" && <Button small onClick={() => act("stop")}>Discard</Button>}
          {batch.state === "running" && <Button small onClick={() => act("pause")}>Pause</Button>}
          {batch.state === "paused" && <Button small kind="primary" icon="play" onClick={() => act("start")}>Go on</Button>}
          {(batch.state === "running" || batch.state === "paused") && <Button small onClick={() => act("stop")}>Stop</Button>}
        </span>
      </div>
      {batch.state === "draft" ? <Preview batch={batch} /> : <Progress batch={batch} />}
      <Items batch={batch} />
    </section>
  );
}

function versionOf({ is_same: isSame, version, person, created_at: at }: BatchOut): string {
  const what = isSame ? "with what each of them ran" : version === null ? "with the draft" : `with version ${version}`;
  return `${what}, by ${person?.name ?? "somebody"}, ${formatAgo(at)}`;
}

function Preview({ batch }: { batch: BatchOut }) {
  const { foreseen, total, is_foreseen: isForeseen, reused, again, repeating, likely_usd: likely, most_usd: most, saved_usd: saved, counts } = batch;
  const refused = counts.refused ?? 0;
  return (
    <>
      <dl className={styles.facts} aria-label="What it will do">
        <Fact label="Taken over" value={`${reused.toLocaleString("en-US")} results`} note={saved > 0 ? `${formatCost(saved)} not paid again` : "not done again"} />
        <Fact label="Runs" value={`${again.toLocaleString("en-US")} nodes`} note={`in ${runsWord(foreseen - refused)}`} />
        <Fact label="Cost" value={most > 0 ? formatCost(likely) : "nothing known"} note={most > likely ? `${formatCost(most)} at most` : "by what it cost before"} />
        <Fact label="Effects again" value={runsWord(repeating)} note={repeating > 0 ? "may act outside twice" : "nothing acts twice"} />
      </dl>
      {!isForeseen && (
        <p className={styles.quiet} role="status">
          {foreseen.toLocaleString("en-US")} of {total.toLocaleString("en-US")} runs looked at so far. You need not wait for the rest.
        </p>
      )}
      {refused > 0 && <FieldNotes notes={[{ severity: "warning", message: `${runsWord(refused)} cannot be resumed like this. The list says why.` }]} />}
      {repeating > 0 && <FieldNotes notes={[{ severity: "warning", message: `In ${runsWord(repeating)} a node with effects outside has begun before and runs again.` }]} />}
    </>
  );
}

function Progress({ batch }: { batch: BatchOut }) {
  const { counts, total, spent_usd: spent } = batch;
  const [succeeded, failed, refused, running, pending, left] = (["succeeded", "failed", "refused", "running", "pending", "left"] as const).map((one) => counts[one] ?? 0) as [number, number, number, number, number, number];
  const over = succeeded + failed + refused;
  return (
    <>
      <div className={styles.bar} role="progressbar" aria-label="Resumed" aria-valuemin={0} aria-valuemax={total} aria-valuenow={over}>
        <svg width="100%" height="8" preserveAspectRatio="none" viewBox={`0 0 ${Math.max(1, total)} 8`} aria-hidden>
          <rect className={styles.good} width={succeeded} height={8} />
          <rect className={styles.bad} x={succeeded} width={failed + refused} height={8} />
          <rect className={styles.now} x={over} width={running} height={8} />
        </svg>
      </div>
      <p role="status">
        {over.toLocaleString("en-US")} of {total.toLocaleString("en-US")}: {succeeded.toLocaleString("en-US")} succeeded, {failed.toLocaleString("en-US")} failed again
        {refused > 0 && `, ${refused.toLocaleString("en-US")} not resumed`}
        {running > 0 && `, ${running.toLocaleString("en-US")} under way`}
        {pending > 0 && `, ${pending.toLocaleString("en-US")} to come`}
        {left > 0 && `, ${left.toLocaleString("en-US")} left`}
        {spent > 0 && `. It has cost ${formatCost(spent)}`}
      </p>
    </>
  );
}

function Fact({ label, value, note }: { label: string; value: string; note: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <strong>{value}</strong>
        <span>{note}</span>
      </dd>
    </div>
  );
}

/** What resuming each run does or did, by the page. */
function Items({ batch }: { batch: BatchOut }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={styles.items} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Each run</summary>
      {isOpen && <ItemList batch={batch} />}
    </details>
  );
}

function ItemList({ batch }: { batch: BatchOut }) {
  const [pages, setPages] = useState(1);
  const fetcher = useCallback(
    async (id: string, signal: AbortSignal): Promise<BatchItemPage> => {
      let page = await batchItems(id, 0, { signal });
      const items = [...page.items];
      for (let number = 1; number < pages && page.next !== null; number += 1) {
        page = await batchItems(id, page.next, { signal });
        items.push(...page.items);
      }
      return { ...page, items };
    },
    [pages],
  );
  const { state, reload } = useResource(fetcher, batch.id);
  useEvery(2000, reload);
  if (state.kind === "loading") return <Skeleton height={60} />;
  if (state.kind === "failed") return <p className={styles.quiet}>{state.error.message}</p>;
  return (
    <>
      <ul className={styles.list}>
        {state.value.items.map((item) => (
          <li key={item.id}>
            <Link href={`/runs/${encodeURIComponent(item.run)}`}>Run of {formatAgo(item.started_at)}</Link>
            <span>{batch.state === "draft" ? foreseenWords(item) : ITEMS[item.state]}</span>
            {item.repeats.length > 0 && batch.state === "draft" && <Badge tone="warn">again: {item.repeats.join(", ")}</Badge>}
            {item.error !== null && <span className={styles.quiet}>{item.error.message}</span>}
            {item.made !== null && <Link href={`/runs/${encodeURIComponent(item.made)}`}>The run that resumes it</Link>}
          </li>
        ))}
      </ul>
      {state.value.next !== null && <Button small onClick={() => setPages((count) => count + 1)}>Show more</Button>}
    </>
  );
}

function foreseenWords(item: BatchItem): string {
  if (item.state === "refused") return "Cannot be resumed";
  if (!item.is_foreseen) return "Not looked at yet";
  const cost = item.cost_usd ? `, about ${formatCost(item.cost_usd)}` : "";
  return `${item.reused} taken over, ${item.again} run (${item.nodes.slice(0, 4).join(", ")}${item.again > 4 ? "…" : ""})${cost}`;
}
