/** A part of the document as the layouter takes it, and where it put the nodes. */
import type { ElkExtendedEdge, ElkNode, ElkPort } from "elkjs/lib/elk-api";
import type { EdgeDoc, NodeDoc, Position } from "../contracts/document";
import type { Catalogue } from "../document/catalogue";
import { exitPorts } from "../document/containers";
import { EMPTY_BOX, layoutBox, layoutNode, PAD, type NodeLayout } from "./layout";

type Nodes = ReadonlyMap<string, NodeDoc>;

const GRID = 8;

/** The best placement takes time that grows with the square of the nodes: 18 seconds for a thousand, where the other takes two. */
const MOST_AT_BEST = 50;

const WHOLE = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
  "elk.layered.spacing.nodeNodeBetweenLayers": "80",
  "elk.spacing.nodeNode": "40",
  "elk.spacing.componentComponent": "64",
};

/** What is laid out: these nodes, each with all that is inside it. Notes stay where somebody put them. */
export function elkGraph(nodes: Nodes, edges: Iterable<EdgeDoc>, ids: ReadonlySet<string>, catalogue: Catalogue): ElkNode {
  const wanted = [...nodes.values()].filter((node) => ids.has(node.id) && catalogue.typeOf(node)?.executable !== false);
  const inside = new Map<string | null, NodeDoc[]>();
  const here = new Set(wanted.map(({ id }) => id));
  for (const node of wanted) {
    const parent = node.parent !== null && here.has(node.parent) ? node.parent : null;
    inside.set(parent, [...(inside.get(parent) ?? []), node]);
  }
  const ports = new Set<string>();
  const build = (node: NodeDoc): ElkNode => {
    const type = catalogue.typeOf(node);
    const children = inside.get(node.id) ?? [];
    const layout = type?.container ? layoutBox(node, type, exitPorts(children, catalogue, node), EMPTY_BOX) : layoutNode(node, type);
    for (const port of layout.ports) ports.add(portId(node.id, port.side, port.name));
    return { id: node.id, width: layout.width, height: layout.height, ports: portsOf(node.id, layout), ...(type?.container ? box(children.map(build), layout) : { layoutOptions: { "elk.portConstraints": "FIXED_POS" } }) };
  };
  const children = (inside.get(null) ?? []).map(build);
  const joined: ElkExtendedEdge[] = [];
  for (const edge of edges) {
    const [source, target] = [portId(edge.source, "source", edge.source_port), portId(edge.target, "target", edge.target_port)];
    if (ports.has(source) && ports.has(target)) joined.push({ id: edge.id, sources: [source], targets: [target] });
  }
  const placement = wanted.length <= MOST_AT_BEST ? "NETWORK_SIMPLEX" : "BRANDES_KOEPF";
  return { id: "", layoutOptions: { ...WHOLE, "elk.layered.nodePlacement.strategy": placement }, children, edges: joined };
}

/** A container grows with what is in it. */
function box(children: ElkNode[], { width, height, rows }: NodeLayout): Pick<ElkNode, "children" | "layoutOptions"> {
  const right = PAD.right + (rows > 0 ? PAD.ports : 0);
  return {
    children,
    layoutOptions: {
      "elk.portConstraints": "FIXED_SIDE",
      "elk.padding": `[top=${PAD.top},left=${PAD.left},bottom=${PAD.bottom},right=${right}]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(${width}, ${height})`,
    },
  };
}

const portId = (node: string, side: string, name: string): string => `${node} ${side} ${name}`;

function portsOf(id: string, layout: NodeLayout): ElkPort[] {
  return layout.ports.map((port) => ({
    id: portId(id, port.side, port.name),
    x: port.side === "source" ? layout.width : 0,
    y: port.y,
    width: 0,
    height: 0,
    layoutOptions: { "elk.port.side": port.side === "source" ? "EAST" : "WEST" },
  }));
}

/** Where the nodes go: the corner of all of them stays at `corner`. */
export function placesOf(laid: ElkNode, corner: Position): [string, Position][] {
  const places: [string, Position][] = [];
  const walk = (node: ElkNode, at: Position): void => {
    for (const child of node.children ?? []) {
      const place = { x: at.x + (child.x ?? 0), y: at.y + (child.y ?? 0) };
      places.push([child.id, place]);
      walk(child, place);
    }
  };
  walk(laid, { x: 0, y: 0 });
  const [left, top] = [Math.min(...places.map(([, { x }]) => x)), Math.min(...places.map(([, { y }]) => y))];
  const snapped = (value: number): number => Math.round(value / GRID) * GRID;
  return places.map(([id, { x, y }]) => [id, { x: snapped(corner.x + x - left), y: snapped(corner.y + y - top) }]);
}
