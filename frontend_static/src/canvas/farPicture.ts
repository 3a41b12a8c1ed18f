/** The whole graph as one picture, for zooms at which nothing can be read and for the map in the corner. */
import type { NodeStatus, Problem } from "../contracts/api";
import type { EdgeDoc, Position } from "../contracts/document";
import type { FlowNode } from "./toFlow";
import { portPoint } from "./layout";

export interface Palette {
  canvas: string;
  surface: string;
  border: string;
  edge: string;
  text: string;
  accent: string;
  note: string;
  fail: string;
  warn: string;
  category: Record<string, string>;
  status: Partial<Record<NodeStatus, string>>;
}

/** The theme's colours as they stand; read again when the theme changes. */
export function readPalette(element: Element): Palette {
  const probe = document.createElement("span");
  // Where motion is reduced, every change of a style is a transition of no length, and what is read at once is the colour before it.
  probe.style.setProperty("transition", "none", "important");
  element.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const palette: Palette = {
    canvas: colour("--canvas"),
    surface: colour("--surface"),
    border: colour("--border-strong"),
    edge: colour("--border-input"),
    text: colour("--text-2"),
    accent: colour("--accent"),
    note: colour("--note-border"),
    fail: colour("--fail"),
    warn: colour("--warn"),
    category: Object.fromEntries(["io", "ai", "flow", "data", "net", "note"].map((name) => [name, colour(`--cat-${name}`)])),
    status: { running: colour("--accent"), waiting: colour("--wait"), succeeded: colour("--ok"), failed: colour("--fail") },
  };
  probe.remove();
  return palette;
}

export interface Scene {
  nodes: readonly FlowNode[];
  edges: ReadonlyMap<string, EdgeDoc>;
  statuses: ReadonlyMap<string, NodeStatus>;
  problems: ReadonlyMap<string, readonly Problem[]>;
}

export interface View {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
}

const NAMES_FROM = 0.22;
const CURVES_FROM = 0.15;

export function drawScene(g: CanvasRenderingContext2D, scene: Scene, palette: Palette, view: View, ratio: number): void {
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.clearRect(0, 0, g.canvas.width, g.canvas.height);
  g.setTransform(view.zoom * ratio, 0, 0, view.zoom * ratio, view.x * ratio, view.y * ratio);
  const visible = scene.nodes.filter((node) => isVisible(node, view));
  drawNotes(g, visible, palette);
  drawEdges(g, scene, palette, view.zoom);
  drawNodes(g, visible, scene, palette, view.zoom);
  if (view.zoom >= NAMES_FROM) drawNames(g, visible, palette, view.zoom);
}

function isVisible(node: FlowNode, view: View): boolean {
  const left = node.position.x * view.zoom + view.x;
  const top = node.position.y * view.zoom + view.y;
  const { width, height } = node.data.layout;
  return left < view.width && top < view.height && left + width * view.zoom > 0 && top + height * view.zoom > 0;
}

/** What others lie on: notes, and frames that are open. */
const isGround = (type: FlowNode["type"], { frame }: FlowNode["data"]): boolean => type === "note" || (type === "frame" && !frame?.isFolded);

function drawNotes(g: CanvasRenderingContext2D, nodes: readonly FlowNode[], palette: Palette): void {
  g.fillStyle = palette.note;
  g.globalAlpha = 0.5;
  for (const { type, position, data } of nodes) if (isGround(type, data)) g.fillRect(position.x, position.y, data.layout.width, data.layout.height);
  g.globalAlpha = 1;
}

interface Lines {
  nodes: readonly FlowNode[];
  edges: ReadonlyMap<string, EdgeDoc>;
  isCurved: boolean;
  path: Path2D;
}

let kept: Lines | null = null;

function drawEdges(g: CanvasRenderingContext2D, scene: Scene, palette: Palette, zoom: number): void {
  g.lineWidth = Math.min(1.5, 0.75 / zoom);
  g.strokeStyle = palette.edge;
  g.stroke(linesOf(scene, zoom >= CURVES_FROM));
}

/** All edges as one path, in the graph's own units: made once for as long as nothing of the graph changes. */
function linesOf({ nodes, edges }: Scene, isCurved: boolean): Path2D {
  if (kept?.nodes === nodes && kept.edges === edges && kept.isCurved === isCurved) return kept.path;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const path = new Path2D();
  for (const edge of edges.values()) {
    const source = byId.get(edge.source);
    const target = byId.get(edge.target);
    if (!source || !target) continue;
    const from = portPoint(source, source.data.layout, "source", edge.source_port);
    const to = portPoint(target, target.data.layout, "target", edge.target_port);
    path.moveTo(from.x, from.y);
    if (isCurved) curve(path, from, to);
    else path.lineTo(to.x, to.y);
  }
  kept = { nodes, edges, isCurved, path };
  return path;
}

function curve(path: Path2D, from: Position, to: Position): void {
  const reach = Math.max(40, Math.abs(to.x - from.x) / 2);
  path.bezierCurveTo(from.x + reach, from.y, to.x - reach, to.y, to.x, to.y);
}

function drawNodes(g: CanvasRenderingContext2D, nodes: readonly FlowNode[], scene: Scene, palette: Palette, zoom: number): void {
  const line = Math.max(1, 1 / zoom);
  for (const { id, type, position, data, selected } of nodes) {
    if (isGround(type, data)) continue;
    const { width, height } = data.layout;
    const status = palette.status[scene.statuses.get(id) ?? "pending"];
    const rim = selected ? palette.accent : (problemColour(scene.problems.get(id), palette) ?? status ?? palette.border);
    g.fillStyle = rim;
    const rimWidth = selected || status ? line * 2 : line;
    g.fillRect(position.x - rimWidth, position.y - rimWidth, width + rimWidth * 2, height + rimWidth * 2);
    g.fillStyle = palette.surface;
    g.fillRect(position.x, position.y, width, height);
    g.fillStyle = status ?? palette.category[data.type?.category ?? ""] ?? palette.edge;
    g.fillRect(position.x, position.y, Math.max(6, 3 / zoom), height);
  }
}

/** As on the node itself: an error keeps the graph from running, a warning does not. */
function problemColour(problems: readonly Problem[] | undefined, palette: Palette): string | undefined {
  const worst = problems?.[0]?.severity;
  if (worst === undefined) return undefined;
  return worst === "error" ? palette.fail : palette.warn;
}

function drawNames(g: CanvasRenderingContext2D, nodes: readonly FlowNode[], palette: Palette, zoom: number): void {
  g.font = `500 ${Math.round(11 / zoom)}px "Inter Variable", sans-serif`;
  g.fillStyle = palette.text;
  g.textBaseline = "middle";
  for (const { type, position, data } of nodes) {
    if (type === "note" || (type === "frame" && !data.frame?.isFolded)) continue;
    const room = Math.floor(((data.layout.width - 28) * zoom) / 6.2);
    const name = data.node.name || data.node.id;
    g.fillText(name.length > room ? `${name.slice(0, Math.max(1, room - 1))}…` : name, position.x + 18, position.y + data.layout.height / 2);
  }
}

/** The topmost node at a point of the graph. */
export function nodeAt(nodes: readonly FlowNode[], at: Position): FlowNode | undefined {
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as FlowNode;
    const { width, height } = node.data.layout;
    if (at.x >= node.position.x && at.x <= node.position.x + width && at.y >= node.position.y && at.y <= node.position.y + height) return node;
  }
  return undefined;
}
