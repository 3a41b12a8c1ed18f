import { useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useRef, useState, type RefObject } from "react";
import { flushSync } from "react-dom";
import { useIsDark } from "../app/theme";
import type { Editor } from "../actions/editor";
import { nodeStatuses, subscribeStatuses } from "../runs/useRun";
import { drawScene, readPalette, type Palette } from "./farPicture";
import type { FlowStore } from "./flowStore";

/** Below this zoom nothing can be read, and one picture stands for the DOM. */
const FAR_ZOOM = 0.45;
/** Small graphs stay DOM at every zoom: there the picture would only take away what can be grabbed. */
const FAR_FROM_NODES = 250;
const SMALL_ZOOM = 0.4;
const REDRAW_MS = 120;
const REST_MS = 150;

export interface FarPicture {
  isFar: boolean;
  /** Call before the viewport jumps, so that no frame mounts every node. */
  prepare: (zoom: number) => void;
  onMove: (zoom: number) => void;
}

/**
 * Keeps the far picture: shifted and scaled by CSS while the hand moves, redrawn now and then; the DOM comes back when the hand rests.
 */
export function useFarPicture(editor: Editor, flow: FlowStore, canvas: RefObject<HTMLCanvasElement | null>, frame: RefObject<HTMLDivElement | null>): FarPicture {
  const flowApi = useStoreApi();
  const isDark = useIsDark();
  const [isFar, setFar] = useState(false);
  const live = useRef({ isFar: false, palette: null as Palette | null, drawn: { x: 0, y: 0, zoom: 1, at: 0 }, redraw: 0, leave: 0 });

  const draw = useCallback(() => {
    const [element, g] = [canvas.current, canvas.current?.getContext("2d")];
    if (!element || !g) return;
    const { transform, width, height } = flowApi.getState();
    const [x, y, zoom] = transform;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (element.width !== w || element.height !== h) [element.width, element.height] = [w, h];
    live.current.palette ??= readPalette(element.parentElement ?? document.body);
    const { nodes } = flow.state.getState();
    const scene = { nodes, edges: editor.store.view.getState().edges, statuses: nodeStatuses(), problems: editor.problems.getState().byNode };
    drawScene(g, scene, live.current.palette, { x, y, zoom, width, height }, ratio);
    element.style.transform = "";
    live.current.drawn = { x, y, zoom, at: performance.now() };
  }, [canvas, editor, flow, flowApi]);

  const later = useCallback(
    (ms: number) => {
      if (live.current.redraw) return;
      live.current.redraw = window.setTimeout(() => {
        live.current.redraw = 0;
        if (live.current.isFar) draw();
      }, ms);
    },
    [draw],
  );

  const shift = useCallback(() => {
    const { drawn } = live.current;
    const wait = REDRAW_MS - (performance.now() - drawn.at);
    if (wait <= 0) return draw();
    const [x, y, zoom] = flowApi.getState().transform;
    const k = zoom / drawn.zoom;
    if (canvas.current) canvas.current.style.transform = `translate(${x - drawn.x * k}px, ${y - drawn.y * k}px) scale(${k})`;
    later(wait);
  }, [canvas, draw, flowApi, later]);

  const turn = useCallback(
    (on: boolean, now = false) => {
      window.clearTimeout(live.current.leave);
      if (live.current.isFar === on) return;
      live.current.isFar = on;
      frame.current?.toggleAttribute("data-far", on);
      if (now) flushSync(() => setFar(on));
      else setFar(on);
      if (on) draw();
    },
    [draw, frame],
  );

  const wantsFar = useCallback((zoom: number) => zoom < FAR_ZOOM && flow.state.getState().nodes.length >= FAR_FROM_NODES, [flow]);

  const onMove = useCallback(
    (zoom: number) => {
      if (frame.current) frame.current.dataset.zoom = zoom < SMALL_ZOOM ? "small" : "normal";
      if (wantsFar(zoom)) {
        turn(true);
        shift();
      } else if (live.current.isFar) {
        shift();
        window.clearTimeout(live.current.leave);
        live.current.leave = window.setTimeout(() => turn(false), REST_MS);
      }
    },
    [frame, shift, turn, wantsFar],
  );

  const prepare = useCallback((zoom: number) => wantsFar(zoom) && turn(true, true), [turn, wantsFar]);

  useEffect(() => {
    live.current.palette = null;
    if (live.current.isFar) draw();
  }, [isDark, draw]);

  useEffect(() => {
    if (!isFar) return;
    const redraw = (): void => later(REDRAW_MS);
    const stops = [flow.state.subscribe(redraw), editor.problems.subscribe(redraw), subscribeStatuses(redraw)];
    const resized = new ResizeObserver(redraw);
    if (frame.current) resized.observe(frame.current);
    return () => {
      stops.forEach((stop) => stop());
      resized.disconnect();
    };
  }, [isFar, flow, editor, later, frame]);

  useEffect(() => {
    const timers = live.current;
    return () => [timers.redraw, timers.leave].forEach((timer) => window.clearTimeout(timer));
  }, []);

  return { isFar, prepare, onMove };
}
