import { useEffect, useLayoutEffect, useState, type ReactNode } from "react";
import { useEditor } from "../actions/editor";
import { Button, IconButton, Kbd } from "../ui";
import styles from "./Tour.module.css";

interface Step {
  /** What it points at; the canvas stands in where that is not there. */
  at: string;
  title: string;
  text: ReactNode;
}

const STEPS: readonly Step[] = [
  {
    at: "[aria-label='Palette']",
    title: "Add",
    text: (
      <>
        Drag a node to the canvas, or press <Kbd keys="Tab" /> and type what it should do: it follows the selected node by itself.
      </>
    ),
  },
  {
    at: "[data-canvas]",
    title: "Connect",
    text: (
      <>
        Drag from a port to another one. Let go on the blank to add what comes next; drop a node on a line to put it between. <Kbd keys="C" /> connects by name.
      </>
    ),
  },
  {
    at: "[data-tour='run']",
    title: "Run",
    text: (
      <>
        <Kbd keys="Ctrl+Enter" /> runs the draft. Every node lights up as it works, and leaving the page stops nothing.
      </>
    ),
  },
  {
    at: "[aria-label='Run'][class]",
    title: "Look into it",
    text: "What each node received, gave and cost stays here. Change what failed and resume from there: what was done is not done again.",
  },
];

const GAP = 14;
const WIDTH = 320;
const HEIGHT = 190;

/** Four things to know, each beside what it is about. Nothing is in its way: the editor can be used meanwhile. */
export function Tour({ onEnd }: { onEnd: () => void }) {
  const { ui } = useEditor();
  const [number, setNumber] = useState(0);
  const [box, setBox] = useState<DOMRect | null>(null);
  const step = STEPS[number] as Step;
  useEffect(() => {
    if (number === 0) ui.setState({ isPaletteOpen: true, sidePanel: "nodes" });
  }, [number, ui]);
  useLayoutEffect(() => {
    const look = (): void => setBox((document.querySelector(step.at) ?? document.querySelector("[data-canvas]"))?.getBoundingClientRect() ?? null);
    look();
    const timer = window.setInterval(look, 250);
    return () => window.clearInterval(timer);
  }, [step.at]);
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      if (event.key === "Escape") onEnd();
    };
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [onEnd]);
  if (!box) return null;
  const isLast = number === STEPS.length - 1;
  return (
    <>
      <div className={styles.ring} style={{ left: box.left, top: box.top, width: box.width, height: box.height }} aria-hidden />
      <div className={styles.card} style={placeBeside(box)} role="dialog" aria-label={`Tour: ${step.title}`}>
        <div className={styles.head}>
          <strong>{step.title}</strong>
          <span className={styles.count}>
            {number + 1} of {STEPS.length}
          </span>
          <IconButton small icon="x" label="End the tour" onClick={onEnd} />
        </div>
        <p>{step.text}</p>
        <div className={styles.foot}>
          <Button small kind="ghost" onClick={onEnd}>
            Skip
          </Button>
          <span className={styles.space} />
          {number > 0 && (
            <Button small onClick={() => setNumber(number - 1)}>
              Back
            </Button>
          )}
          <Button small kind="primary" onClick={() => (isLast ? onEnd() : setNumber(number + 1))}>
            {isLast ? "Done" : "Next"}
          </Button>
        </div>
      </div>
    </>
  );
}

/** Right of it where there is room, else above or below it; inside what fills the page. */
function placeBeside(box: DOMRect): { left: number; top: number } {
  const { innerWidth, innerHeight } = window;
  const within = (value: number, size: number, whole: number): number => Math.max(GAP, Math.min(value, whole - size - GAP));
  if (box.width > innerWidth / 2 && box.height > innerHeight / 2) return { left: box.left + box.width / 2 - WIDTH / 2, top: box.top + 48 };
  if (box.right + GAP + WIDTH < innerWidth) return { left: box.right + GAP, top: within(box.top + GAP, HEIGHT, innerHeight) };
  const isLow = box.top > innerHeight / 2;
  return { left: within(box.right - WIDTH, WIDTH, innerWidth), top: isLow ? box.top - HEIGHT - GAP : box.bottom + GAP };
}
