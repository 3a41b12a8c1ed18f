import { useState } from "react";
import { Link } from "../app/router";
import { asApiError } from "../api/client";
import { triggerCalls } from "../api/triggers";
import { useResource } from "../api/useResource";
import type { Trigger, TriggerCall } from "../contracts/api";
import { Badge, Button, Dialog, formatAgo, Skeleton, toast, type Tone } from "../ui";
import styles from "./triggers.module.css";

const PAGE = 50;
const WORDS: Record<string, { word: string; tone: Tone }> = {
  started: { word: "Started", tone: "ok" },
  repeated: { word: "Repeated", tone: "neutral" },
  missed: { word: "Missed", tone: "warn" },
};

/** What a trigger was asked, and what came of it. */
export function CallLog({ trigger, onClose }: { trigger: Trigger; onClose: () => void }) {
  const { state, reload } = useResource(fetchFor(trigger), trigger.id);
  const [older, setOlder] = useState<TriggerCall[]>([]);
  const calls = state.kind === "ready" ? [...state.value, ...older] : [];
  const [isAll, setAll] = useState(false);
  const more = async (): Promise<void> => {
    try {
      const found = await triggerCalls(trigger, calls.at(-1)?.id ?? null);
      setOlder([...older, ...found]);
      setAll(found.length < PAGE);
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
  };
  const foot = (
    <>
      <Button icon="refresh-cw" onClick={() => { setOlder([]); setAll(false); void reload(); }}>
        Look again
      </Button>
      <Button kind="primary" onClick={onClose}>
        Done
      </Button>
    </>
  );
  return (
    <Dialog title={`Log of “${trigger.name}”`} lead="The newest 200 calls, for two weeks unless your operator decided otherwise." onClose={onClose} foot={foot} wide>
      {state.kind === "loading" && <Skeleton height={160} />}
      {state.kind === "failed" && <p role="alert">{state.error.message}</p>}
      {state.kind === "ready" && calls.length === 0 && <p className={styles.none}>Nothing has happened yet.</p>}
      <ul className={styles.calls}>
        {calls.map((call) => (
          <Call key={call.id} call={call} />
        ))}
      </ul>
      {calls.length >= PAGE && !isAll && <Button onClick={() => void more()}>Show older ones</Button>}
    </Dialog>
  );
}

const fetchers = new Map<string, (id: string, signal: AbortSignal) => Promise<TriggerCall[]>>();

/** One function for each trigger, so that the same one is asked at every look. */
function fetchFor(trigger: Trigger): (id: string, signal: AbortSignal) => Promise<TriggerCall[]> {
  const known = fetchers.get(trigger.id);
  if (known) return known;
  const made = (_: string, signal: AbortSignal): Promise<TriggerCall[]> => triggerCalls(trigger, null, { signal });
  fetchers.set(trigger.id, made);
  return made;
}

function Call({ call }: { call: TriggerCall }) {
  const { word, tone } = WORDS[call.code] ?? { word: call.code, tone: "fail" as const };
  return (
    <li className={styles.call}>
      <div className={styles.callHead}>
        <Badge tone={tone}>{word}</Badge>
        {call.is_test && <Badge>Test</Badge>}
        {call.status !== null && <span className={styles.number}>{call.status}</span>}
        <time dateTime={call.at} title={new Date(call.at).toLocaleString()}>
          {formatAgo(call.at)}
        </time>
        {call.due_at !== null && <span>for {new Date(call.due_at).toLocaleString()}</span>}
        {call.run_id !== null && <Link href={`/runs/${call.run_id}`}>Open the run</Link>}
      </div>
      {call.message !== "" && <p>{call.message}</p>}
      {call.request.begins !== undefined && (
        <details>
          <summary>
            {call.request.type || "no type"}, {(call.request.bytes ?? 0).toLocaleString()} bytes
          </summary>
          <pre className={styles.code} tabIndex={0} aria-label="The beginning of the body">
            {call.request.begins}
          </pre>
        </details>
      )}
    </li>
  );
}
