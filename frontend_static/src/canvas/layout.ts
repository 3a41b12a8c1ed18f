/**
 * How large a node is and where its ports are, from its type and configuration alone.
 *
 * Nothing is measured: the canvas can place every edge of 5,000 nodes before one of them is drawn. The CSS of the node uses the
 * same numbers, through the custom properties that `NodeFrame.module.css` names.
 */
import type { NodeType } from "../contracts/catalogue";
import type { NodeDoc } from "../contracts/document";
import { portsOf, TOOL, type DrawnPort } from "../document/ports";

export const NODE_WIDTH = 240;
export const HEAD = 44;
export const SUMMARY = 24;
export const TEXT = 44;
export const ROW = 24;
export const FOOT = 8;

/** A handle is larger than the dot it shows; the dot's outer edge is where edges end. */
export const HANDLE = 20;
export const REACH = 5;

export interface PlacedPort extends DrawnPort {
  side: "source" | "target";
  /** From the top of the node to the middle of the port. */
  y: number;
  /** In a row of its own, with its name beside it. */
  hasRow: boolean;
}

export interface NodeLayout {
  width: number;
  height: number;
  rows: number;
  hasText: boolean;
  ports: readonly PlacedPort[];
  /** Of containers: the ports by which they are left from inside. */
  exits?: readonly string[];
}

export function layoutNode(node: Pick<NodeDoc, "params" | "policy">, type: NodeType | undefined): NodeLayout {
  if (type && !type.executable) return { ...noteSize(node), rows: 0, hasText: false, ports: [] };
  const { inputs, outputs } = portsOf(node, type);
  const hasText = type?.category === "ai";
  const rowsFrom = HEAD + SUMMARY + (hasText ? TEXT : 0);
  const [left, right] = [place(inputs, "target", rowsFrom), place(outputs, "source", rowsFrom)];
  const rows = Math.max(left.rows, right.rows);
  return { width: NODE_WIDTH, height: rowsFrom + rows * ROW + FOOT, rows, hasText, ports: [...left.ports, ...right.ports] };
}

/** The inner border of a container, and how large an empty one is. */
export const PAD = { left: 32, top: HEAD + SUMMARY + 20, right: 32, bottom: 28, ports: 76 };
export const EMPTY_BOX = { width: 420, height: 208 };

export interface Size {
  width: number;
  height: number;
}

/** A container is as large as what is in it; its ports stand in its border. */
export function layoutBox(node: Pick<NodeDoc, "params" | "policy">, type: NodeType | undefined, exits: readonly string[], { width, height }: Size): NodeLayout {
  const { inputs, outputs } = portsOf(node, type, exits);
  const rowsFrom = HEAD + SUMMARY;
  const [left, right] = [place(inputs, "target", rowsFrom), place(outputs, "source", rowsFrom)];
  return { width, height, rows: Math.max(left.rows, right.rows), hasText: false, ports: [...left.ports, ...right.ports], exits };
}

/** How many rows the ports of a container take. */
export function portRows(node: Pick<NodeDoc, "params" | "policy">, type: NodeType | undefined, exits: readonly string[]): number {
  return layoutBox(node, type, exits, EMPTY_BOX).rows;
}

/** A single port sits beside the name; several have a row each. What is called rather than led to stands above and below. */
function place(all: readonly DrawnPort[], side: PlacedPort["side"], rowsFrom: number): { rows: number; ports: PlacedPort[] } {
  const { rows, ports } = placeFlow(all.filter(({ type }) => type !== TOOL), side, rowsFrom);
  const tools = all.filter(({ type }) => type === TOOL).map((port) => ({ ...port, side, y: 0, hasRow: false }));
  return { rows, ports: [...ports, ...tools] };
}

function placeFlow(ports: readonly DrawnPort[], side: PlacedPort["side"], rowsFrom: number): { rows: number; ports: PlacedPort[] } {
  if (ports.length <= 1) return { rows: 0, ports: ports.map((port) => ({ ...port, side, y: HEAD / 2, hasRow: false })) };
  return { rows: ports.length, ports: ports.map((port, row) => ({ ...port, side, y: rowsFrom + row * ROW + ROW / 2, hasRow: true })) };
}

function noteSize({ params }: Pick<NodeDoc, "params">): { width: number; height: number } {
  const size = (value: unknown, standard: number): number => (typeof value === "number" && value > 0 ? value : standard);
  return { width: size(params.width, 240), height: size(params.height, 140) };
}

/** The left edge of a port's handle, from the left edge of the node. */
export const handleX = (side: PlacedPort["side"], width: number): number => (side === "source" ? width + REACH - HANDLE : -REACH);

/** Where edges end at a port, in the graph. */
export function portPoint(node: Pick<NodeDoc, "position">, layout: NodeLayout, side: PlacedPort["side"], name: string): { x: number; y: number } {
  const port = layout.ports.find((one) => one.side === side && one.name === name);
  if (port?.type === TOOL) return { x: node.position.x + layout.width / 2, y: node.position.y + (side === "source" ? -REACH : layout.height + REACH) };
  const x = side === "source" ? layout.width + REACH : -REACH;
  return { x: node.position.x + x, y: node.position.y + (port?.y ?? HEAD / 2) };
}
