import { useEffect, useRef, useState } from "react";

/** Browsers draw nothing beyond some tens of millions of pixels: longer lists are scrolled through faster. */
export const TALLEST = 8_000_000;
const OVERSCAN = 8;

export interface Window {
  from: number;
  to: number;
  /** Where the row `from` is drawn. */
  top: number;
}

interface Scrolled {
  count: number;
  row: number;
  scrollTop: number;
  height: number;
}

export const heightOf = (count: number, row: number): number => Math.min(count * row, TALLEST);

/** Which rows are seen, and where they are drawn, when a list of any length is scrolled to a place. */
export function windowOf({ count, row, scrollTop, height }: Scrolled): Window {
  const whole = count * row;
  const room = heightOf(count, row) - height;
  const share = room <= 0 ? 0 : Math.min(1, Math.max(0, scrollTop / room));
  const seen = whole <= TALLEST ? scrollTop : share * (whole - height);
  const from = Math.max(0, Math.floor(seen / row) - OVERSCAN);
  const to = Math.min(count, Math.ceil((seen + height) / row) + OVERSCAN);
  return { from, to, top: scrollTop - (seen - from * row) };
}

/** A list of rows of one height in a scrolling element. While it `follows`, its end stays in view as it grows. */
export function useLongList(count: number, row: number, { follows }: { follows: boolean }) {
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(follows);
  const [place, setPlace] = useState({ scrollTop: 0, height: 300 });
  const look = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, clientHeight: height } = element;
    setPlace((before) => (before.scrollTop === scrollTop && before.height === height ? before : { scrollTop, height }));
  };
  const onScroll = (): void => {
    const element = scroller.current;
    if (element) isAtEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - 2 * row;
    look();
  };
  useEffect(() => {
    const element = scroller.current;
    if (element && follows && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [count, follows]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const toEnd = (): void => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  return { scroller, onScroll, toEnd, seen: windowOf({ count, row, ...place }) };
}
