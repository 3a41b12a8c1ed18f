import { useState, type HTMLAttributes, type KeyboardEvent, type PointerEvent } from "react";
import { recall, remember } from "./remembered";

interface ResizeOptions {
  initial: number;
  min: number;
  /** Of the window's height. */
  maxShare: number;
}

const STEP = 24;

/** The height of a panel docked at the bottom, moved by its upper edge: by pointer, or by arrow keys on the edge. */
export function useResize(key: string, { initial, min, maxShare }: ResizeOptions) {
  const [height, setHeight] = useState(() => {
    const kept = recall(key);
    return typeof kept === "number" ? kept : initial;
  });
  const most = (): number => Math.max(min, Math.round(window.innerHeight * maxShare));
  const clamp = (wanted: number): number => Math.min(most(), Math.max(min, Math.round(wanted)));
  const keep = (wanted: number): void => {
    const next = clamp(wanted);
    setHeight(next);
    remember(key, next);
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    const edge = event.currentTarget;
    const [startY, startHeight] = [event.clientY, clamp(height)];
    let wanted = startHeight;
    const move = (moved: globalThis.PointerEvent): void => {
      wanted = startHeight + startY - moved.clientY;
      setHeight(clamp(wanted));
    };
    const stop = (): void => {
      edge.removeEventListener("pointermove", move);
      keep(wanted);
    };
    edge.setPointerCapture(event.pointerId);
    edge.addEventListener("pointermove", move);
    edge.addEventListener("lostpointercapture", stop, { once: true });
    event.preventDefault();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const wanted = { ArrowUp: height + STEP, ArrowDown: height - STEP, Home: min, End: most() }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    keep(wanted);
  };
  const handle: HTMLAttributes<HTMLElement> = {
    role: "separator",
    tabIndex: 0,
    "aria-orientation": "horizontal",
    "aria-valuenow": clamp(height),
    "aria-valuemin": min,
    "aria-valuemax": most(),
    onPointerDown,
    onKeyDown,
    onDoubleClick: () => keep(initial),
  };
  return { height: clamp(height), handle };
}
