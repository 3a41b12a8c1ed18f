/** The pages of one browser that have the same workflow open: which of them live, and what they save. */
import type { GraphDocument } from "../contracts/document";

const CHANNEL = "graphapp.drafts";
const LOCK = "graphapp.draft ";

export interface SavedElsewhere {
  revision: number;
  document: GraphDocument;
}

type Message = { workflowId: string; key: string; saved?: SavedElsewhere };

interface Listener {
  /** Another page of the browser has saved. */
  onSaved: (saved: SavedElsewhere) => void;
  /** Another page is gone; only one of those that are left is told. */
  onGone: (key: string) => Promise<void>;
}

export interface Tab {
  /** Names this opening of the workflow among all. */
  key: string;
  tell: (saved: SavedElsewhere) => void;
  close: () => void;
}

/** Until it is closed, others can tell that this opening lives, and it is told of theirs. */
export async function openTab(workflowId: string, { onSaved, onGone }: Listener): Promise<Tab> {
  const key = `${workflowId}/${Math.random().toString(36).slice(2)}`;
  const closing = new AbortController();
  await hold(LOCK + key, closing.signal);
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;
  const watch = (other: string): void => void navigator.locks?.request(LOCK + other, { signal: closing.signal }, () => onGone(other)).catch(() => undefined);
  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.workflowId !== workflowId) return;
      if (data.saved) onSaved(data.saved);
      else watch(data.key);
    };
    channel.postMessage({ workflowId, key } satisfies Message);
  }
  for (const other of await livingTabs(workflowId)) if (other !== key) watch(other);
  return {
    key,
    tell: (saved) => channel?.postMessage({ workflowId, key, saved } satisfies Message),
    close: () => {
      channel?.close();
      closing.abort();
    },
  };
}

/** The openings of a workflow that live, in all pages of this browser. */
export async function livingTabs(workflowId: string): Promise<Set<string>> {
  const held = (await navigator.locks?.query())?.held ?? [];
  const keys = held.flatMap(({ name }) => (name?.startsWith(LOCK) ? [name.slice(LOCK.length)] : []));
  return new Set(keys.filter((key) => key.startsWith(`${workflowId}/`)));
}

/** Holds a lock until a signal; resolves when it is held. Without locks, as on plain HTTP, at once. */
function hold(name: string, until: AbortSignal): Promise<void> {
  if (!navigator.locks) return Promise.resolve();
  return new Promise((resolve) => {
    void navigator.locks.request(name, () => {
      resolve();
      return new Promise<void>((done) => until.addEventListener("abort", () => done()));
    });
  });
}
