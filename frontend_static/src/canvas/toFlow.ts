import { Position as Side, type Edge, type Node } from "@xyflow/react";
import type { NodeType } from "../contracts/catalogue";
import type { EdgeDoc, NodeDoc } from "../contracts/document";
import type { Catalogue } from "../document/catalogue";
import type { Box } from "./boxes";
import { TOOL } from "../document/ports";
import type { FrameBox } from "./framed";
import { HANDLE, handleX, HEAD, layoutBox, layoutNode, REACH, type NodeLayout } from "./layout";

export interface NodeData extends Record<string, unknown> {
  node: NodeDoc;
  type: NodeType | undefined;
  layout: NodeLayout;
  /** Of frames: how it is drawn. */
  frame?: FrameBox;
}

export type FlowNode = Node<NodeData, "work" | "note" | "box" | "frame">;
export type FlowEdge = Edge<{ edge: EdgeDoc }, "line">;

const DEFAULT_DATA = new WeakMap<NodeDoc, NodeData>();

/** What a node is drawn from; the same object as long as the document's node is the same. */
export function dataOf(node: NodeDoc, catalogue: Catalogue): NodeData {
  const known = DEFAULT_DATA.get(node);
  if (known) return known;
  const type = catalogue.typeOf(node);
  const made = { node, type, layout: layoutNode(node, type) };
  DEFAULT_DATA.set(node, made);
  return made;
}

/** Below all that may lie on it, selected or not: React Flow lifts what is selected by a thousand. */
const BELOW = -2000;
/** Between a container and what is in it there is room for frames. */
const STEP = 10;

/** By these the edges of nodes that a folded frame hides come to it. */
export const FOLD = { source: "fold-out", target: "fold-in" } as const;

/** A frame as it stands, `inside` of so many containers. */
export function toFlowFrame(node: NodeDoc, catalogue: Catalogue, selected: boolean, box: FrameBox, inside: number): FlowNode {
  const { x, y, width, height, isFolded, depth, count } = box;
  const data: NodeData = { ...dataOf(node, catalogue), layout: { width, height, rows: 0, hasText: false, ports: [] }, frame: box };
  const handle = (side: "source" | "target") => ({ id: FOLD[side], type: side, position: side === "source" ? Side.Right : Side.Left, x: handleX(side, width), y: HEAD / 2 - HANDLE / 2, width: HANDLE, height: HANDLE });
  return {
    id: node.id,
    type: "frame",
    position: { x, y },
    ...(isFolded ? {} : { style: { pointerEvents: "none" as const } }),
    data,
    selected,
    width,
    height,
    measured: { width, height },
    handles: isFolded ? [handle("source"), handle("target")] : [],
    zIndex: isFolded ? 0 : BELOW + (inside - 1) * STEP + 2 + Math.min(depth, STEP - 3),
    ariaLabel: `Frame: ${node.name || node.id}, ${count} nodes${isFolded ? ", folded up" : ""}`,
    ariaRole: "group",
  };
}

/** A node that was only moved keeps its size, its ports and its name: a step of undo may move thousands. */
export function movedFlowNode(old: FlowNode, node: NodeDoc, selected: boolean): FlowNode | undefined {
  const before = old.data.node;
  if (old.type === "box" || old.type === "frame" || old.selected !== selected || Object.keys(node).length !== Object.keys(before).length) return undefined;
  for (const key of Object.keys(node) as (keyof NodeDoc)[]) if (key !== "position" && node[key] !== before[key]) return undefined;
  const data = { ...old.data, node };
  DEFAULT_DATA.set(node, data);
  return { ...old, position: { x: node.position.x, y: node.position.y }, data };
}

export function toFlowNode(node: NodeDoc, catalogue: Catalogue, selected: boolean, box?: Box, mark?: string): FlowNode {
  const plain = dataOf(node, catalogue);
  const data = box ? { ...plain, layout: layoutBox(node, plain.type, box.exits, box) } : plain;
  const { width, height } = data.layout;
  const isNote = data.type !== undefined && !data.type.executable;
  return {
    id: node.id,
    type: box ? "box" : isNote ? "note" : "work",
    position: box ? { x: box.x, y: box.y } : { x: node.position.x, y: node.position.y },
    // What lies on a container can be reached: only its head and its border take the pointer.
    ...(box ? { style: { pointerEvents: "none" as const } } : {}),
    ...(mark && { className: mark }),
    data,
    selected,
    width,
    height,
    measured: { width, height },
    handles: data.layout.ports.map((port) => ({
      id: port.name,
      type: port.side,
      width: HANDLE,
      height: HANDLE,
      ...(port.type === TOOL
        ? { position: port.side === "source" ? Side.Top : Side.Bottom, x: (width - HANDLE) / 2, y: port.side === "source" ? -REACH : height + REACH - HANDLE }
        : { position: port.side === "source" ? Side.Right : Side.Left, x: handleX(port.side, width), y: port.y - HANDLE / 2 }),
    })),
    zIndex: box ? BELOW + box.depth * STEP : isNote ? -1 : 0,
    ariaLabel: nodeLabel(data),
    ariaRole: "group",
  };
}

function nodeLabel({ node, type, layout }: NodeData): string {
  if (type && !type.executable) return `Note: ${String(node.params.text ?? "").slice(0, 120)}`;
  const count = (side: "source" | "target", word: string): string => {
    const ports = layout.ports.filter((port) => port.side === side && port.type !== TOOL).length;
    return ports === 1 ? `1 ${word}` : `${ports} ${word}s`;
  };
  const parts = [node.name || node.id, type?.title ?? `unknown type ${node.type}`, count("target", "input"), count("source", "output")];
  return [...parts, node.policy.disabled && "disabled"].filter(Boolean).join(", ");
}

/** `ends` are the folded frames, if any, at which it is seen to begin and end. */
export function toFlowEdge(edge: EdgeDoc, nodes: ReadonlyMap<string, NodeDoc>, selected: boolean, mark?: string, ends: { source: string; target: string } = edge): FlowEdge {
  const name = (id: string): string => nodes.get(id)?.name || id;
  const port = edge.source_port === "out" ? "" : ` (${edge.source_port})`;
  return {
    id: edge.id,
    type: "line",
    source: ends.source,
    target: ends.target,
    sourceHandle: ends.source === edge.source ? edge.source_port : FOLD.source,
    targetHandle: ends.target === edge.target ? edge.target_port : FOLD.target,
    ...(mark && { className: mark }),
    data: { edge },
    selected,
    zIndex: selected ? 1 : 0,
    ariaLabel: `From ${name(edge.source)}${port} to ${name(edge.target)}`,
  };
}
