/** Which edge lies under something that is held over the canvas: let go there, it goes into that edge. */
import type { Position } from "../contracts/document";
import type { FlowState } from "./flowStore";
import { portPoint, type Size } from "./layout";
import type { FlowEdge, FlowNode } from "./toFlow";

type Rect = Position & Size;

const SAMPLES = 24;

/** The edge that runs nearest to the middle of a rectangle, through its inner half. */
export function edgeAt({ nodes, edges }: FlowState, box: Rect): FlowEdge | undefined {
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const reach = { x: box.width / 4, y: box.height / 2 };
  const byId = new Map(nodes.map((node) => [node.id, node]));
  let best: { edge: FlowEdge; distance: number } | undefined;
  for (const edge of edges) {
    const line = lineOf(edge, byId);
    if (!line || !mayMeet(line, centre, reach)) continue;
    const distance = distanceTo(line, centre, reach);
    if (distance !== undefined && (!best || distance < best.distance)) best = { edge, distance };
  }
  return best?.edge;
}

/** Where an edge begins and ends. */
export function edgeEnds({ nodes, edges }: FlowState, id: string): Line | undefined {
  const edge = edges.find((one) => one.id === id);
  return edge && lineOf(edge, new Map(nodes.filter((node) => node.id === edge.source || node.id === edge.target).map((node) => [node.id, node])));
}

type Line = [from: Position, to: Position];

function lineOf(edge: FlowEdge, nodes: ReadonlyMap<string, FlowNode>): Line | undefined {
  const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)];
  if (!source || !target) return undefined;
  return [portPoint(source, source.data.layout, "source", edge.sourceHandle ?? "out"), portPoint(target, target.data.layout, "target", edge.targetHandle ?? "in")];
}

/** Edges bulge beyond their ends only where they lead back. */
function mayMeet([from, to]: Line, centre: Position, reach: Position): boolean {
  const bulge = from.x > to.x ? bend(to.x - from.x) : 0;
  const inX = centre.x + reach.x >= Math.min(from.x, to.x) - bulge && centre.x - reach.x <= Math.max(from.x, to.x) + bulge;
  return inX && centre.y + reach.y >= Math.min(from.y, to.y) && centre.y - reach.y <= Math.max(from.y, to.y);
}

/** How far the control points of a curve are from its ends, as React Flow draws it at curvature 0.3. */
const bend = (width: number): number => (width >= 0 ? width / 2 : 7.5 * Math.sqrt(-width));

function distanceTo([from, to]: Line, centre: Position, reach: Position): number | undefined {
  const pull = bend(to.x - from.x);
  let nearest: number | undefined;
  for (let step = 1; step < SAMPLES; step++) {
    const t = step / SAMPLES;
    const [a, b, c, d] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3];
    const x = a * from.x + b * (from.x + pull) + c * (to.x - pull) + d * to.x;
    const y = (a + b) * from.y + (c + d) * to.y;
    if (Math.abs(x - centre.x) > reach.x || Math.abs(y - centre.y) > reach.y) continue;
    const distance = Math.hypot(x - centre.x, y - centre.y);
    if (nearest === undefined || distance < nearest) nearest = distance;
  }
  return nearest;
}
