import type { Viewport } from "@xyflow/react";
import { useLayoutEffect, useState, type RefObject } from "react";
import type { FlowStore } from "./flowStore";
import { firstView } from "./useCanvasPort";

/** Known once the canvas has its size, before anything is painted. */
export function useFirstView(flow: FlowStore, frame: RefObject<HTMLDivElement | null>, isWhole: boolean): Viewport | null {
  const [first, setFirst] = useState<Viewport | null>(null);
  useLayoutEffect(() => {
    if (frame.current) setFirst(firstView(flow.state.getState().nodes, frame.current.getBoundingClientRect(), isWhole));
  }, [flow, frame, isWhole]);
  return first;
}
