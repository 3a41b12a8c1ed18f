/** Where containers stand: each is drawn around what is in it, and no smaller than an empty one at its own place. */
import type { NodeDoc, Position } from "../contracts/document";
import type { Catalogue } from "../document/catalogue";
import { exitPorts } from "../document/containers";
import { EMPTY_BOX, HEAD, layoutNode, PAD, portRows, ROW, SUMMARY, type Size } from "./layout";

export interface Box extends Position, Size {
  /** Containers around it. */
  depth: number;
  exits: readonly string[];
}

type Nodes = ReadonlyMap<string, NodeDoc>;

/** The boxes of all containers, the outer ones first. `at` says where a node is while it is dragged. */
export function boxesOf(nodes: Nodes, catalogue: Catalogue, at: (node: NodeDoc) => Position = (node) => node.position): Map<string, Box> {
  const inside = new Map<string, NodeDoc[]>();
  const containers: NodeDoc[] = [];
  for (const node of nodes.values()) {
    if (catalogue.typeOf(node)?.container) containers.push(node);
    if (node.parent === null) continue;
    const siblings = inside.get(node.parent);
    if (siblings) siblings.push(node);
    else inside.set(node.parent, [node]);
  }
  const boxes = new Map<string, Box>();
  const make = (node: NodeDoc, depth: number): Box => {
    const known = boxes.get(node.id);
    if (known) return known;
    boxes.set(node.id, { ...at(node), ...EMPTY_BOX, depth, exits: [] });
    const own = inside.get(node.id) ?? [];
    const children = own.map((child) => (catalogue.typeOf(child)?.container ? make(child, depth + 1) : { ...at(child), ...sizeOf(child, catalogue) }));
    const exits = exitPorts(own, catalogue, node);
    const box = { ...bounds(at(node), children, portRows(node, catalogue.typeOf(node), exits)), depth, exits };
    boxes.set(node.id, box);
    return box;
  };
  for (const node of containers) if (node.parent === null || !nodes.has(node.parent)) make(node, 0);
  for (const node of containers) make(node, 0);
  return new Map([...boxes].sort(([, a], [, b]) => a.depth - b.depth));
}

const sizeOf = (node: NodeDoc, catalogue: Catalogue): Size => layoutNode(node, catalogue.typeOf(node));

function bounds(anchor: Position, children: readonly (Position & Size)[], rows: number): Position & Size {
  const right = PAD.right + (rows > 0 ? PAD.ports : 0);
  let [x, y, end, bottom] = [anchor.x, anchor.y, anchor.x + EMPTY_BOX.width, anchor.y + Math.max(EMPTY_BOX.height, HEAD + SUMMARY + rows * ROW + PAD.bottom)];
  for (const child of children) {
    x = Math.min(x, child.x - PAD.left);
    y = Math.min(y, child.y - PAD.top);
    end = Math.max(end, child.x + child.width + right);
    bottom = Math.max(bottom, child.y + child.height + PAD.bottom);
  }
  return { x, y, width: end - x, height: bottom - y };
}

/** The innermost container at a point, other than those given. */
export function boxAt(boxes: ReadonlyMap<string, Box>, { x, y }: Position, except: ReadonlySet<string> = new Set()): string | null {
  let found: string | null = null;
  for (const [id, box] of boxes) if (!except.has(id) && x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) found = id;
  return found;
}
