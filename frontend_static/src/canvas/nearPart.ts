/** The part of a large graph that React Flow is given: what it does for each move costs by the node, seen or not. */
import type { FlowState } from "./flowStore";
import type { FlowEdge, FlowNode } from "./toFlow";

export interface Span {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Shown {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
}

/** Smaller graphs are given whole. */
const WHOLE_UP_TO = 250;
/** How much is given on each side of what is shown, in views. */
const MARGIN = 0.5;
/** A span that is this many views wide has become too large. */
const LARGEST = 4;

export function shownSpan({ x, y, zoom, width, height }: Shown): Span {
  return { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
}

/** The span to give next: the same one for as long as it holds what is shown, and is not much too large for it. */
export function nextSpan(given: Span | null, shown: Span): Span {
  const [width, height] = [shown.right - shown.left, shown.bottom - shown.top];
  const holds = given && given.left <= shown.left && given.top <= shown.top && given.right >= shown.right && given.bottom >= shown.bottom;
  if (holds && given.right - given.left <= width * LARGEST) return given;
  return { left: shown.left - width * MARGIN, top: shown.top - height * MARGIN, right: shown.right + width * MARGIN, bottom: shown.bottom + height * MARGIN };
}

function boxOf({ position, data }: FlowNode): Span {
  return { left: position.x, top: position.y, right: position.x + data.layout.width, bottom: position.y + data.layout.height };
}

const meets = (a: Span, b: Span): boolean => a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top;

function around(a: Span, b: Span): Span {
  return { left: Math.min(a.left, b.left), top: Math.min(a.top, b.top), right: Math.max(a.right, b.right), bottom: Math.max(a.bottom, b.bottom) };
}

/** Nodes in the span or in the hand, edges that may cross it, and the nodes at their ends. */
export function nearPart({ nodes, edges }: FlowState, span: Span): FlowState {
  if (nodes.length <= WHOLE_UP_TO) return { nodes, edges };
  const boxes = new Map<string, Span>();
  const given = new Set<string>();
  for (const node of nodes) {
    const box = boxOf(node);
    boxes.set(node.id, box);
    if (node.selected || node.dragging || meets(box, span)) given.add(node.id);
  }
  const near: FlowEdge[] = [];
  for (const edge of edges) {
    const [source, target] = [boxes.get(edge.source), boxes.get(edge.target)];
    if (source && target && (edge.selected || meets(around(source, target), span))) near.push(edge);
  }
  for (const edge of near) given.add(edge.source).add(edge.target);
  return { nodes: nodes.filter((node) => given.has(node.id)), edges: near };
}
