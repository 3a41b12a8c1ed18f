/** Lines along which nodes stand in line with others while a hand moves them. */
import type { Position } from "../contracts/document";
import type { Size } from "./layout";

export type Rect = Position & Size;

/** One line: where it is on its axis, and from where to where it is drawn. */
export interface Guide {
  at: number;
  from: number;
  to: number;
}

export interface Guides {
  /** Upright: things have the same x. */
  x: Guide | null;
  y: Guide | null;
}

export const NO_GUIDES: Guides = { x: null, y: null };

/** Others are looked at up to this far away. */
const NEARBY = 1200;

/**
 * How far a rectangle must shift to stand in line with the nearest of the others, by an edge or by its middle.
 *
 * `reach` is the largest shift.
 */
export function align(box: Rect, others: Iterable<Rect>, reach: number): { shift: Position; guides: Guides } {
  const near = [...others].filter((other) => Math.abs(other.x - box.x) < NEARBY + other.width && Math.abs(other.y - box.y) < NEARBY + other.height);
  const [dx, dy] = [bestShift(marksX(box), near.map(marksX), reach), bestShift(marksY(box), near.map(marksY), reach)];
  const shift = { x: dx ?? 0, y: dy ?? 0 };
  const placed = { ...box, x: box.x + shift.x, y: box.y + shift.y };
  return { shift, guides: { x: dx === undefined ? null : guide(placed, near, marksX, marksY), y: dy === undefined ? null : guide(placed, near, marksY, marksX) } };
}

type Marks = (rect: Rect) => [start: number, middle: number, end: number];

const marksX: Marks = ({ x, width }) => [x, x + width / 2, x + width];
const marksY: Marks = ({ y, height }) => [y, y + height / 2, y + height];

function bestShift(own: readonly number[], others: readonly (readonly number[])[], reach: number): number | undefined {
  let best: number | undefined;
  for (const marks of others) {
    marks.forEach((mark, index) => {
      const shift = mark - (own[index] ?? mark);
      if (Math.abs(shift) <= reach && (best === undefined || Math.abs(shift) < Math.abs(best))) best = shift;
    });
  }
  return best;
}

/** The line through all that stands in line now. */
function guide(box: Rect, others: readonly Rect[], marks: Marks, across: Marks): Guide | null {
  const own = marks(box);
  for (const index of [1, 0, 2] as const) {
    const inLine = others.filter((other) => Math.abs(marks(other)[index] - own[index]) < 0.01);
    if (inLine.length === 0) continue;
    const spans = [box, ...inLine].map(across);
    return { at: own[index], from: Math.min(...spans.map(([start]) => start)), to: Math.max(...spans.map(([, , end]) => end)) };
  }
  return null;
}
