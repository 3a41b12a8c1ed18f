import { useEffect, useRef, useState } from "react";
import { Icon } from "../ui";
import styles from "./GraphThumb.module.css";
import { HEIGHT, WIDTH } from "./outline";
import { thumbOf, type Thumb } from "./thumbs";

/** Larger graphs are grey noise at this size, and heavy to ask for. */
const MOST_NODES = 400;

interface GraphThumbProps {
  workflowId: string;
  revision: number;
  nodeCount: number;
}

/** The workflow's graph, drawn small once its row is in view. */
export function GraphThumb({ workflowId, revision, nodeCount }: GraphThumbProps) {
  const box = useRef<HTMLSpanElement>(null);
  const [thumb, setThumb] = useState<Thumb | null>(null);
  const isWorthIt = nodeCount > 0 && nodeCount <= MOST_NODES;
  useEffect(() => {
    const element = box.current;
    if (element === null || !isWorthIt) return undefined;
    let isGone = false;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      void thumbOf(workflowId, revision).then((found) => !isGone && setThumb(found));
    });
    observer.observe(element);
    return () => {
      isGone = true;
      observer.disconnect();
    };
  }, [workflowId, revision, isWorthIt]);
  return (
    <span ref={box} className={styles.thumb} aria-hidden>
      {thumb === null ? <Icon name="workflow" size={16} /> : <Drawing thumb={thumb} />}
    </span>
  );
}

export function Drawing({ thumb }: { thumb: Thumb }) {
  const { outline, categories } = thumb;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={styles.drawing}>
      {outline.lines.map((line, index) => (
        <path key={index} d={line} className={styles.line} />
      ))}
      {outline.boxes.map((box, index) => (
        <rect key={index} x={box.x} y={box.y} width={box.width} height={box.height} rx={1.2} className={styles.box} data-category={categories.get(box.type)} />
      ))}
    </svg>
  );
}
