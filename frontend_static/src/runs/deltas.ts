/** Streamed text of one node run. Deltas are lossy: `text` is what is known without a hole from the start of the attempt. */
export interface StreamedText {
  attempt: number;
  text: string;
  /** Length of `text` in code points, which is how the server counts offsets. */
  length: number;
  /** Pieces beyond a hole, in order, until the hole is filled. Pieces that follow on each other are one. */
  ahead: readonly Piece[];
}

interface Piece {
  offset: number;
  length: number;
  text: string;
}

export interface Delta {
  attempt: number;
  offset: number;
  text: string;
}

export const NO_TEXT: StreamedText = { attempt: 0, text: "", length: 0, ahead: [] };

/** Put a delta in its place. Repeated and overlapping pieces change nothing twice; pieces of an older attempt are dropped. */
export function addDelta(before: StreamedText, delta: Delta): StreamedText {
  if (delta.attempt < before.attempt) return before;
  const base = delta.attempt > before.attempt ? { ...NO_TEXT, attempt: delta.attempt } : before;
  const piece = { offset: delta.offset, length: Array.from(delta.text).length, text: delta.text };
  return piece.offset > base.length ? { ...base, ahead: hold(base.ahead, piece) } : drain(append(base, piece));
}

export function hasHole(streamed: StreamedText): boolean {
  return streamed.ahead.length > 0;
}

/** What to show: all that is known, with an ellipsis where a part is missing. */
export function shownText(streamed: StreamedText): string {
  return [streamed.text, ...streamed.ahead.map((piece) => piece.text)].join(" […] ").replace(/^ \[…\] /, "[…] ");
}

function append(streamed: StreamedText, piece: Piece): StreamedText {
  const fresh = Array.from(piece.text).slice(streamed.length - piece.offset);
  if (fresh.length === 0) return streamed;
  return { ...streamed, text: streamed.text + fresh.join(""), length: streamed.length + fresh.length };
}

function hold(ahead: readonly Piece[], piece: Piece): readonly Piece[] {
  const last = ahead.at(-1);
  if (last !== undefined && last.offset + last.length === piece.offset) {
    return [...ahead.slice(0, -1), { ...last, length: last.length + piece.length, text: last.text + piece.text }];
  }
  return [...ahead, piece].sort((a, b) => a.offset - b.offset);
}

function drain(streamed: StreamedText): StreamedText {
  let current = streamed;
  for (let first = current.ahead[0]; first !== undefined && first.offset <= current.length; first = current.ahead[0]) {
    current = append({ ...current, ahead: current.ahead.slice(1) }, first);
  }
  return current;
}
