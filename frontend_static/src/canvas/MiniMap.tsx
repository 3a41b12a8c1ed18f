import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useRef, type PointerEvent } from "react";
import { useIsDark } from "../app/theme";
import { nodeStatuses, subscribeStatuses } from "../runs/useRun";
import { readPalette, type Palette } from "./farPicture";
import type { FlowStore } from "./flowStore";
import styles from "./MapCorner.module.css";
import type { FlowNode } from "./toFlow";

const [WIDTH, HEIGHT, PAD] = [200, 132, 10];
const REDRAW_MS = 80;
/** A run changes many statuses a second, and none of them is more than a speck here. */
const STATUS_MS = 250;

interface Fit {
  k: number;
  x: number;
  y: number;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function extentOf(nodes: readonly FlowNode[]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { position, data } of nodes) {
    box.left = Math.min(box.left, position.x);
    box.top = Math.min(box.top, position.y);
    box.right = Math.max(box.right, position.x + data.layout.width);
    box.bottom = Math.max(box.bottom, position.y + data.layout.height);
  }
  return box;
}

/** The whole graph drawn small on a canvas of its own; drag in it to move the view. */
export function MiniMap({ flow }: { flow: FlowStore }) {
  const inner = useStoreApi();
  const { setViewport } = useReactFlow();
  const isDark = useIsDark();
  const canvas = useRef<HTMLCanvasElement>(null);
  const fit = useRef<Fit>({ k: 1, x: 0, y: 0 });
  const isStale = useRef(true);
  const changed = useRef(new Set<string>());
  const extent = useRef<{ nodes: readonly FlowNode[]; box: Box }>({ nodes: [], box: extentOf([]) });
  const painted = useRef({ canvas: document.createElement("canvas"), at: "" });

  const draw = useCallback(
    (palette: Palette) => {
      const g = canvas.current?.getContext("2d");
      if (!g) return;
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const { nodes } = flow.state.getState();
      const { transform, width, height } = inner.getState();
      const [tx, ty, zoom] = transform;
      const view = { left: -tx / zoom, top: -ty / zoom, right: (width - tx) / zoom, bottom: (height - ty) / zoom };
      if (extent.current.nodes !== nodes) extent.current = { nodes, box: extentOf(nodes) };
      const { box } = extent.current;
      const all = { left: Math.min(view.left, box.left), top: Math.min(view.top, box.top), right: Math.max(view.right, box.right), bottom: Math.max(view.bottom, box.bottom) };
      const k = Math.min((WIDTH - PAD * 2) / (all.right - all.left), (HEIGHT - PAD * 2) / (all.bottom - all.top));
      const [x, y] = [(WIDTH - (all.right - all.left) * k) / 2 - all.left * k, (HEIGHT - (all.bottom - all.top) * k) / 2 - all.top * k];
      fit.current = { k, x, y };
      // The nodes are painted once for as long as they and the scale stay; moving the view only moves the frame over them.
      const wanted = `${k} ${x} ${y}`;
      if (isStale.current || painted.current.at !== wanted) {
        [painted.current.canvas.width, painted.current.canvas.height] = [WIDTH * ratio, HEIGHT * ratio];
        paintNodes(painted.current.canvas, nodes, palette, { k, x, y }, ratio);
        painted.current.at = wanted;
        isStale.current = false;
      } else if (changed.current.size > 0) {
        paintNodes(painted.current.canvas, nodes.filter(({ id }) => changed.current.has(id)), palette, { k, x, y }, ratio);
      }
      changed.current.clear();
      g.setTransform(1, 0, 0, 1, 0, 0);
      g.clearRect(0, 0, WIDTH * ratio, HEIGHT * ratio);
      g.drawImage(painted.current.canvas, 0, 0);
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      g.strokeStyle = palette.accent;
      g.lineWidth = 1.5;
      g.strokeRect(view.left * k + x, view.top * k + y, (view.right - view.left) * k, (view.bottom - view.top) * k);
    },
    [flow, inner],
  );

  useEffect(() => {
    const palette = readPalette(canvas.current?.parentElement ?? document.body);
    let [timer, due] = [0, Infinity];
    const within = (ms: number): void => {
      if (performance.now() + ms >= due) return;
      window.clearTimeout(timer);
      due = performance.now() + ms;
      timer = window.setTimeout(() => {
        due = Infinity;
        draw(palette);
      }, ms);
    };
    const stale = (): void => {
      isStale.current = true;
      within(REDRAW_MS);
    };
    const told = (nodeIds: ReadonlySet<string>): void => {
      for (const id of nodeIds) changed.current.add(id);
      within(STATUS_MS);
    };
    isStale.current = true;
    draw(palette);
    const stops = [flow.state.subscribe(stale), inner.subscribe(() => within(REDRAW_MS)), subscribeStatuses(told)];
    return () => {
      stops.forEach((stop) => stop());
      window.clearTimeout(timer);
    };
  }, [draw, flow, inner, isDark]);

  const go = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    const { k, x, y } = fit.current;
    const { transform, width, height } = inner.getState();
    const zoom = transform[2];
    const at = { x: (event.clientX - box.left - x) / k, y: (event.clientY - box.top - y) / k };
    void setViewport({ x: width / 2 - at.x * zoom, y: height / 2 - at.y * zoom, zoom });
  };

  const ratio = typeof window === "undefined" ? 1 : Math.min(2, window.devicePixelRatio || 1);
  return <canvas ref={canvas} className={styles.map} width={WIDTH * ratio} height={HEIGHT * ratio} aria-hidden onPointerDown={go} onPointerMove={go} />;
}

function paintNodes(canvas: HTMLCanvasElement, nodes: readonly FlowNode[], palette: Palette, { k, x, y }: Fit, ratio: number): void {
  const g = canvas.getContext("2d");
  if (!g) return;
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  const statuses = nodeStatuses();
  for (const { id, type, position, data, selected } of nodes) {
    const status = palette.status[statuses.get(id) ?? "pending"];
    if (type === "frame" && !data.frame?.isFolded) {
      g.strokeStyle = palette.edge;
      g.strokeRect(position.x * k + x, position.y * k + y, data.layout.width * k, data.layout.height * k);
      continue;
    }
    g.fillStyle = selected ? palette.accent : (status ?? (type === "note" ? palette.note : palette.edge));
    g.fillRect(position.x * k + x, position.y * k + y, Math.max(1.5, data.layout.width * k), Math.max(1, data.layout.height * k));
  }
}
