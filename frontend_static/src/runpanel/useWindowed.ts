import { useEffect, useRef, useState } from "react";

interface Windowed {
  /** For the scrolling element. */
  scroller: React.RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  from: number;
  to: number;
}

const OVERSCAN = 12;

/** Which rows of equal height are in view: long lists draw only those. */
export function useWindowed(count: number, rowHeight: number): Windowed {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, rows: 40 });
  const measure = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const first = Math.floor(element.scrollTop / rowHeight);
    const rows = Math.ceil(element.clientHeight / rowHeight);
    setView((before) => (Math.abs(before.first - first) < OVERSCAN / 2 && before.rows === rows ? before : { first, rows }));
  };
  const latest = useRef(measure);
  useEffect(() => {
    latest.current = measure;
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => latest.current());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { scroller, onScroll: measure, from: Math.max(0, view.first - OVERSCAN), to: Math.min(count, view.first + view.rows + OVERSCAN) };
}

/** Move focus among the buttons of a list with the arrow keys. Answers whether the key was one of those. */
export function moveFocus(event: React.KeyboardEvent<HTMLElement>, selector: string): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = items[Math.min(items.length - 1, Math.max(0, at + step))];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
