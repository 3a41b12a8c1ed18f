/** Streamed text of one node run. Deltas are lossy: `text` is what is known without a hole from the start of the attempt. */
export interface StreamedText {
  attempt: number;
  text: string;
  /** Length of `text` in code points, which is how the server counts offsets. */
  length: number;
  /** Pieces beyond a hole, by offset, until the hole is filled. */
  ahead: ReadonlyMap<number, string>;
}

export interface Delta {
  attempt: number;
  offset: number;
  text: string;
}

export const NO_TEXT: StreamedText = { attempt: 0, text: "", length: 0, ahead: new Map() };

/** Put a delta in its place. Repeated and overlapping pieces change nothing twice; pieces of an older attempt are dropped. */
export function addDelta(before: StreamedText, delta: Delta): StreamedText {
  if (delta.attempt < before.attempt) return before;
  const base = delta.attempt > before.attempt ? { ...NO_TEXT, attempt: delta.attempt } : before;
  if (delta.offset > base.length) return { ...base, ahead: new Map(base.ahead).set(delta.offset, delta.text) };
  return drain(append(base, delta.offset, delta.text));
}

export function hasHole(streamed: StreamedText): boolean {
  return streamed.ahead.size > 0;
}

function append(streamed: StreamedText, offset: number, text: string): StreamedText {
  const points = Array.from(text);
  const fresh = points.slice(streamed.length - offset);
  if (fresh.length === 0) return streamed;
  return { ...streamed, text: streamed.text + fresh.join(""), length: streamed.length + fresh.length };
}

function drain(streamed: StreamedText): StreamedText {
  let current = streamed;
  while (current.ahead.size > 0) {
    const next = [...current.ahead.keys()].sort((a, b) => a - b)[0];
    if (next === undefined || next > current.length) break;
    const ahead = new Map(current.ahead);
    const text = ahead.get(next) ?? "";
    ahead.delete(next);
    current = append({ ...current, ahead }, next, text);
  }
  return current;
}
