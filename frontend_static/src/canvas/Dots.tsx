import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import styles from "./Dots.module.css";

const GAP = 24;
/** Below this zoom the dots would be closer than can be told apart. */
const LEAST_ZOOM = 0.4;

/** The dotted ground. While the hand moves, one layer is shifted by less than a gap; it is painted again only when the zoom changes. */
export function Dots() {
  const ground = useRef<HTMLDivElement>(null);
  const inner = useStoreApi();
  useEffect(() => {
    let painted = 0;
    const place = (): void => {
      const element = ground.current;
      if (!element) return;
      const [x, y, zoom] = inner.getState().transform;
      const gap = GAP * zoom;
      if (zoom !== painted) {
        painted = zoom;
        element.hidden = zoom < LEAST_ZOOM;
        element.style.setProperty("--gap", `${gap}px`);
        element.style.setProperty("--dot", `${0.625 * zoom}px`);
      }
      element.style.transform = `translate(${(x % gap) - gap}px, ${(y % gap) - gap}px)`;
    };
    place();
    return inner.subscribe(place);
  }, [inner]);
  return <div ref={ground} className={styles.ground} aria-hidden />;
}
