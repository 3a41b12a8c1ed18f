import { ViewportPortal } from "@xyflow/react";
import { useStore } from "zustand";
import type { FlowStore } from "./flowStore";
import styles from "./GuideLines.module.css";

/** Shows with what the nodes in the hand stand in line. */
export function GuideLines({ flow }: { flow: FlowStore }) {
  const { x, y } = useStore(flow.guides);
  if (!x && !y) return null;
  return (
    <ViewportPortal>
      {x && <div className={styles.upright} style={{ transform: `translate(${x.at}px, ${x.from}px)`, height: x.to - x.from }} />}
      {y && <div className={styles.level} style={{ transform: `translate(${y.from}px, ${y.at}px)`, width: y.to - y.from }} />}
    </ViewportPortal>
  );
}
