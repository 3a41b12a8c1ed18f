/** The menu of a place, by right click, menu key or long press; and, held on the blank with a finger, the marquee. */
import { useEffect, useRef, useState, type RefObject } from "react";
import type { Editor } from "../actions/editor";
import { openMenuByKey } from "../actions/menu";
import { select } from "../actions/ui";
import type { Position } from "../contracts/document";
import { nodeAt } from "./farPicture";
import type { FlowStore } from "./flowStore";

const HOLD_MS = 450;
const STILL = 10;

export interface Marquee {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Selects what lies there, unless it is selected, and opens the menu that fits. */
function openMenu(editor: Editor, flow: FlowStore, target: Element, at: { x: number; y: number }, isFar: boolean): void {
  const { ui, isReadOnly } = editor;
  const { selectedNodes, canvas } = ui.getState();
  if (isReadOnly || !canvas) return;
  const far = isFar ? nodeAt(flow.state.getState().nodes, canvas.toGraph(at))?.id : undefined;
  const node = target.closest<HTMLElement>(".react-flow__node")?.dataset.id ?? far;
  const edge = target.closest<HTMLElement>(".react-flow__edge")?.dataset.id;
  if (node !== undefined && !selectedNodes.has(node)) select(ui, [node]);
  if (node === undefined && edge !== undefined) select(ui, [], [edge]);
  ui.setState({ menu: { left: at.x, top: at.y, kind: node !== undefined ? "node" : edge !== undefined ? "edge" : "pane" }, search: null, refusal: null });
}

export function useHolding(editor: Editor, flow: FlowStore, frame: RefObject<HTMLDivElement | null>, isFar: boolean): Marquee | null {
  const [marquee, setMarquee] = useState<Marquee | null>(null);
  const far = useRef(isFar);
  useEffect(() => {
    far.current = isFar;
  }, [isFar]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    let timer = 0;
    let from: Position | null = null;
    let held: Element | null = null;
    const isInput = (target: EventTarget | null): boolean => target instanceof Element && target.closest("input, textarea, [data-no-menu]") !== null;

    const onMenu = (event: MouseEvent): void => {
      if (isInput(event.target) || !(event.target instanceof Element)) return;
      event.preventDefault();
      const { pointerType } = event as PointerEvent;
      // A finger is timed here, since not every browser says when it has been held.
      if (pointerType === "touch" || editor.ui.getState().menu) return;
      if (event.button === 2 || pointerType === "mouse") openMenu(editor, flow, event.target, { x: event.clientX, y: event.clientY }, far.current);
      else openMenuByKey(editor);
    };
    const onStart = (event: TouchEvent): void => {
      window.clearTimeout(timer);
      held = null;
      const [touch] = event.touches;
      if (event.touches.length !== 1 || !touch || isInput(event.target) || !(event.target instanceof Element)) return void (from = null);
      from = { x: touch.clientX, y: touch.clientY };
      const { target } = event;
      timer = window.setTimeout(() => {
        held = target;
        navigator.vibrate?.(10);
      }, HOLD_MS);
    };
    const onMove = (event: TouchEvent): void => {
      const [touch] = event.touches;
      if (!from || !touch) return;
      const [dx, dy] = [touch.clientX - from.x, touch.clientY - from.y];
      if (held === null) {
        if (Math.hypot(dx, dy) > STILL) window.clearTimeout(timer);
        return;
      }
      // From here on the finger neither pans nor drags.
      event.stopPropagation();
      if (event.cancelable) event.preventDefault();
      const box = element.getBoundingClientRect();
      setMarquee({ left: Math.min(from.x, touch.clientX) - box.left, top: Math.min(from.y, touch.clientY) - box.top, width: Math.abs(dx), height: Math.abs(dy) });
    };
    const onEnd = (event: TouchEvent): void => {
      window.clearTimeout(timer);
      const [touch] = event.changedTouches;
      if (held && from && touch) {
        if (event.cancelable) event.preventDefault();
        const to = { x: touch.clientX, y: touch.clientY };
        if (Math.hypot(to.x - from.x, to.y - from.y) <= STILL) openMenu(editor, flow, held, to, far.current);
        else selectBetween(editor, flow, from, to);
      }
      [held, from] = [null, null];
      setMarquee(null);
    };
    const options = { capture: true, passive: false };
    element.addEventListener("contextmenu", onMenu);
    element.addEventListener("touchstart", onStart, options);
    element.addEventListener("touchmove", onMove, options);
    element.addEventListener("touchend", onEnd, options);
    element.addEventListener("touchcancel", onEnd, options);
    return () => {
      window.clearTimeout(timer);
      element.removeEventListener("contextmenu", onMenu);
      element.removeEventListener("touchstart", onStart, options);
      element.removeEventListener("touchmove", onMove, options);
      element.removeEventListener("touchend", onEnd, options);
      element.removeEventListener("touchcancel", onEnd, options);
    };
  }, [editor, flow, frame]);

  return marquee;
}

function selectBetween({ ui }: Editor, flow: FlowStore, from: Position, to: Position): void {
  const { canvas } = ui.getState();
  if (!canvas) return;
  const [a, b] = [canvas.toGraph({ x: Math.min(from.x, to.x), y: Math.min(from.y, to.y) }), canvas.toGraph({ x: Math.max(from.x, to.x), y: Math.max(from.y, to.y) })];
  const inside = flow.state.getState().nodes.filter(({ position, data: { layout } }) => position.x < b.x && position.x + layout.width > a.x && position.y < b.y && position.y + layout.height > a.y);
  const ids = inside.map(({ id }) => id);
  select(ui, ids);
  ui.setState({ announcement: `Selected ${ids.length} nodes` });
}
