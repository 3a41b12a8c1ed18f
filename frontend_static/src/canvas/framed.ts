/** Where frames stand, and which nodes they hide while they are folded up. */
import type { NodeDoc } from "../contracts/document";
import { withInside } from "../document/containers";
import { isFrame, membersOf } from "../document/frames";
import type { Rect } from "./guides";

export interface FrameBox extends Rect {
  /** Frames around it. */
  depth: number;
  isFolded: boolean;
  count: number;
}

export interface Framed {
  boxes: ReadonlyMap<string, FrameBox>;
  /** The folded frame that stands for a node. */
  hiddenBy: ReadonlyMap<string, string>;
}

export const FRAME_HEAD = 36;
const PAD = 24;
const EMPTY = { width: 320, height: 200 };
export const FOLDED = { width: 240, height: 76 };

export const NO_FRAMES: Framed = { boxes: new Map(), hiddenBy: new Map() };

/** `rectOf` says where any other node stands. */
export function framed(nodes: ReadonlyMap<string, NodeDoc>, rectOf: (node: NodeDoc) => Rect, folded: ReadonlySet<string>): Framed {
  const frames = [...nodes.values()].filter(isFrame);
  if (frames.length === 0) return NO_FRAMES;
  const boxes = new Map<string, FrameBox>();
  const hiddenBy = new Map<string, string>();
  const open = new Set<string>();
  const make = (frame: NodeDoc): Rect => {
    const known = boxes.get(frame.id);
    if (known || open.has(frame.id)) return known ?? { ...frame.position, ...EMPTY };
    open.add(frame.id);
    const members = membersOf(frame).flatMap((id) => nodes.get(id) ?? []).filter(({ id }) => id !== frame.id);
    const whole = around(frame, members.map((node) => (isFrame(node) ? make(node) : rectOf(node))));
    const isFolded = folded.has(frame.id) && members.length > 0;
    const box = { ...whole, ...(isFolded ? FOLDED : {}), depth: 0, isFolded, count: members.length };
    boxes.set(frame.id, box);
    return box;
  };
  for (const frame of frames) make(frame);
  const outside = new Map(frames.flatMap((frame) => membersOf(frame).map((id): [string, string] => [id, frame.id])));
  for (const [id, box] of boxes) boxes.set(id, { ...box, depth: depthOf(id, outside) });
  for (const frame of frames) if (boxes.get(frame.id)?.isFolded) hide(nodes, frame, frame.id, hiddenBy);
  // A frame inside a folded one stands for nothing: the outermost does.
  for (const [id, by] of hiddenBy) hiddenBy.set(id, outermost(hiddenBy, by));
  return { boxes, hiddenBy };
}

/** How many frames are around one; those that name each other end the count. */
function depthOf(id: string, outside: ReadonlyMap<string, string>): number {
  const seen = new Set([id]);
  for (let at = outside.get(id); at !== undefined && !seen.has(at); at = outside.get(at)) seen.add(at);
  return seen.size - 1;
}

function hide(nodes: ReadonlyMap<string, NodeDoc>, frame: NodeDoc, by: string, hiddenBy: Map<string, string>): void {
  for (const id of withInside(nodes, membersOf(frame))) {
    if (id === by || hiddenBy.get(id) === by) continue;
    hiddenBy.set(id, by);
    const node = nodes.get(id);
    if (node && isFrame(node)) hide(nodes, node, by, hiddenBy);
  }
}

function outermost(hiddenBy: ReadonlyMap<string, string>, id: string): string {
  const seen = new Set<string>();
  let at = id;
  for (let next = hiddenBy.get(at); next !== undefined && !seen.has(next); next = hiddenBy.get(at)) {
    seen.add(at);
    at = next;
  }
  return at;
}

function around({ position }: NodeDoc, rects: readonly Rect[]): Rect {
  if (rects.length === 0) return { ...position, ...EMPTY };
  const [left, top] = [Math.min(...rects.map(({ x }) => x)), Math.min(...rects.map(({ y }) => y))];
  const [right, bottom] = [Math.max(...rects.map(({ x, width }) => x + width)), Math.max(...rects.map(({ y, height }) => y + height))];
  return { x: left - PAD, y: top - PAD - FRAME_HEAD, width: right - left + PAD * 2, height: bottom - top + PAD * 2 + FRAME_HEAD };
}

/** The innermost frame at a point that is not folded. */
export function frameAt({ boxes }: Framed, { x, y }: { x: number; y: number }, except: ReadonlySet<string>): string | null {
  let found: [string, FrameBox] | null = null;
  for (const [id, box] of boxes) {
    const isIn = !box.isFolded && !except.has(id) && x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
    if (isIn && (!found || box.depth >= found[1].depth)) found = [id, box];
  }
  return found?.[0] ?? null;
}
