import { getViewportForBounds, useReactFlow, useStoreApi, type ReactFlowInstance, type Viewport } from "@xyflow/react";
import { useEffect, useMemo, useRef, type RefObject } from "react";
import type { Editor } from "../actions/editor";
import type { CanvasPort } from "../actions/ui";
import { portsBetween } from "../document/connect";
import { boxAt } from "./boxes";
import { setFolded } from "../actions/frames";
import { edgeAt, edgeEnds } from "./edgeAt";
import type { FlowStore } from "./flowStore";
import { frameAt } from "./framed";
import { layoutNode, NODE_WIDTH } from "./layout";
import type { FlowNode } from "./toFlow";
import type { FarPicture } from "./useFarPicture";

const CALM_MS = 140;
const FIT = { padding: 0.12, minZoom: 0.02, maxZoom: 1 };

const calm = (): number => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : CALM_MS);

function boundsOf(nodes: readonly FlowNode[]): { x: number; y: number; width: number; height: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { position, data } of nodes) {
    left = Math.min(left, position.x);
    top = Math.min(top, position.y);
    right = Math.max(right, position.x + data.layout.width);
    bottom = Math.max(bottom, position.y + data.layout.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const NARROW = 640;

/** Where a graph is first seen: whole when it can be read so, or on wide pages when it is asked for, else its beginning. */
export function firstView(nodes: readonly FlowNode[], { width, height }: { width: number; height: number }, isWhole = false): Viewport {
  if (nodes.length === 0) return { x: width / 2 - 120, y: height / 2 - 40, zoom: 1 };
  const whole = getViewportForBounds(boundsOf(nodes), width, height, FIT.minZoom, FIT.maxZoom, FIT.padding);
  if (whole.zoom >= 0.5 || (isWhole && width > NARROW)) return whole;
  const start = nodes.reduce((best, node) => (node.position.x < best.position.x ? node : best));
  return { x: 48 - start.position.x * 0.8, y: height / 2 - (start.position.y + start.data.layout.height / 2) * 0.8, zoom: 0.8 };
}

const MARGIN = 24;

/** How far a span must move to be in view, with a margin. */
function nudge(from: number, to: number, size: number): number {
  if (from < MARGIN) return MARGIN - from;
  return to > size - MARGIN ? Math.max(size - MARGIN - to, MARGIN - from) : 0;
}

interface Parts {
  editor: Editor;
  flow: FlowStore;
  flowApi: ReactFlowInstance;
  inner: ReturnType<typeof useStoreApi>;
  frame: RefObject<HTMLDivElement | null>;
  pointer: RefObject<{ x: number; y: number } | null>;
  far: Pick<FarPicture, "prepare" | "onMove">;
}

function makePort({ editor, flow, flowApi, inner, frame, pointer, far }: Parts): CanvasPort {
  const centreOnScreen = (): { x: number; y: number } => {
    const box = frame.current?.getBoundingClientRect();
    return box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: 0, y: 0 };
  };
  const go = (view: Viewport): void => {
    const duration = flow.state.getState().nodes.length > 400 ? 0 : calm();
    far.prepare(view.zoom);
    void flowApi.setViewport(view, { duration }).then(() => far.onMove(view.zoom));
  };
  const fit = (ids?: readonly string[]): void => {
    const { nodes } = flow.state.getState();
    const wanted = ids ? nodes.filter((node) => ids.includes(node.id)) : nodes;
    const { width, height } = inner.getState();
    if (wanted.length > 0) go(getViewportForBounds(boundsOf(wanted), width, height, FIT.minZoom, FIT.maxZoom, FIT.padding));
  };
  const unfold = (id: string): void => {
    for (let by = flow.frames().hiddenBy.get(id); by !== undefined; by = flow.frames().hiddenBy.get(id)) setFolded(editor, by, false);
  };
  const show = (id: string): void => {
    unfold(id);
    const node = flow.state.getState().nodes.find((one) => one.id === id);
    if (!node) return;
    const { width, height, transform } = inner.getState();
    const [x, y, zoom] = transform;
    const { layout } = node.data;
    const near = zoom < 0.45 ? 0.8 : zoom;
    const [left, top] = [node.position.x * near + x, node.position.y * near + y];
    const [right, bottom] = [left + layout.width * near, top + layout.height * near];
    const [dx, dy] = [nudge(left, right, width), nudge(top, bottom, height)];
    const isClose = near === zoom && Math.abs(dx) < width / 2 && Math.abs(dy) < height / 2;
    if (isClose && dx === 0 && dy === 0) return;
    const centre = { x: width / 2 - (node.position.x + layout.width / 2) * near, y: height / 2 - (node.position.y + layout.height / 2) * near };
    go(isClose ? { x: x + dx, y: y + dy, zoom } : { ...centre, zoom: near });
  };
  const zoomBy = (step: "in" | "out" | "one"): void => {
    const { width, height, transform } = inner.getState();
    const [x, y, now] = transform;
    const zoom = step === "one" ? 1 : Math.min(2.5, Math.max(0.02, step === "in" ? now * 1.25 : now / 1.25));
    const k = zoom / now;
    go({ x: width / 2 - (width / 2 - x) * k, y: height / 2 - (height / 2 - y) * k, zoom });
  };
  return {
    isPointed: () => pointer.current !== null,
    pointer: () => pointer.current ?? centreOnScreen(),
    centre: () => flowApi.screenToFlowPosition(centreOnScreen(), { snapToGrid: false }),
    toGraph: (screen) => flowApi.screenToFlowPosition(screen, { snapToGrid: false }),
    toScreen: (graph) => flowApi.flowToScreenPosition(graph),
    focus: () => frame.current?.focus({ preventScroll: true }),
    fit,
    show,
    zoom: zoomBy,
    rectOf: (id) => {
      const node = flow.state.getState().nodes.find((one) => one.id === id);
      return node && { ...node.position, width: node.data.layout.width, height: node.data.layout.height };
    },
    zoomNow: () => inner.getState().transform[2],
    edgeFor: (at, type) => {
      const { height } = layoutNode({ params: type.defaults, policy: {} }, type);
      const edge = edgeAt(flow.state.getState(), { x: at.x - NODE_WIDTH / 2, y: at.y - height / 2, width: NODE_WIDTH, height })?.data?.edge;
      const node = { type: type.name, type_version: type.version, params: type.defaults, policy: {} };
      return edge && type.name !== "start" && portsBetween(editor.store.view.getState(), editor.catalogue, edge, node) ? edge.id : null;
    },
    middleOf: (id) => {
      const line = edgeEnds(flow.state.getState(), id);
      return line && { x: (line[0].x + line[1].x) / 2, y: (line[0].y + line[1].y) / 2 };
    },
    frameAt: (at) => frameAt(flow.frames(), at, new Set()),
    containerAt: (at) => boxAt(flow.boxes(), at),
  };
}

/** What the rest of the page may ask of the canvas. */
export function useCanvasPort(editor: Editor, flow: FlowStore, frame: RefObject<HTMLDivElement | null>, far: FarPicture): CanvasPort {
  const flowApi = useReactFlow();
  const inner = useStoreApi();
  const pointer = useRef<{ x: number; y: number } | null>(null);
  const { prepare, onMove } = far;
  const port = useMemo(
    () => makePort({ editor, flow, flowApi: flowApi as unknown as ReactFlowInstance, inner, frame, pointer, far: { prepare, onMove } }),
    [editor, flow, flowApi, inner, frame, prepare, onMove],
  );

  useEffect(() => {
    editor.ui.setState({ canvas: port });
    const element = frame.current;
    const onPointer = (event: PointerEvent): void => {
      pointer.current = { x: event.clientX, y: event.clientY };
    };
    const onLeave = (): void => {
      pointer.current = null;
    };
    element?.addEventListener("pointermove", onPointer);
    element?.addEventListener("pointerdown", onPointer);
    element?.addEventListener("pointerleave", onLeave);
    return () => {
      editor.ui.setState({ canvas: null });
      element?.removeEventListener("pointermove", onPointer);
      element?.removeEventListener("pointerdown", onPointer);
      element?.removeEventListener("pointerleave", onLeave);
    };
  }, [editor, port, frame]);

  return port;
}
