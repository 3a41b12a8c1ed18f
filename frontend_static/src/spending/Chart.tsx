import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useIsDark } from "../app/theme";
import type { SpendingOut } from "../contracts/api";
import { amountOf, formatAmount, type Measure } from "./measure";
import { showDay } from "./period";
import styles from "./spending.module.css";

const HEIGHT = 220;
const HALF_DAY = 43_200;

interface ChartProps {
  days: SpendingOut["days"];
  measure: Measure;
}

/** What each day cost, as bars. The table beside it says the same in words, so the picture is not read out. */
export default function Chart({ days, measure }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const isDark = useIsDark();
  const [pointed, setPointed] = useState<number | null>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const plot = new uPlot(optionsOf(element, measure, setPointed), dataOf(days, measure), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [days, measure, isDark]);
  const day = pointed === null ? undefined : days[pointed];
  return (
    <div className={styles.chart} aria-hidden>
      <p className={styles.pointed}>{day ? `${showDay(day.day)}: ${formatAmount(amountOf(day, measure), measure)}` : "Point at a day to read it."}</p>
      <div ref={host} className={styles.plot} />
    </div>
  );
}

const dataOf = (days: SpendingOut["days"], measure: Measure): uPlot.AlignedData => [days.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / 1000), days.map((day) => amountOf(day, measure))];

function optionsOf(element: HTMLElement, measure: Measure, point: (index: number | null) => void): uPlot.Options {
  const colour = (name: string): string => colourOf(element, name);
  const axis = { stroke: colour("--text-3"), font: `11px ${getComputedStyle(element).fontFamily}`, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 48], radius: 0.12 });
  return {
    width: element.clientWidth,
    height: HEIGHT,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { range: (_plot, from, to) => [from - HALF_DAY, to + HALF_DAY] }, y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 64, values: (_plot, at) => at.map((one) => showDay(new Date(one * 1000).toISOString().slice(0, 10))), incrs: [1, 2, 7, 14, 30, 90].map((count) => count * 86_400) },
      { ...axis, grid: { stroke: colour("--border"), width: 1 }, size: 64, values: (_plot, amounts) => amounts.map((one) => formatAmount(one, measure)) },
    ],
    series: [{}, { stroke: colour("--accent-fill"), fill: colour("--accent-fill"), points: { show: false }, ...(bars && { paths: bars }) }],
    hooks: { setCursor: [(plot) => point(plot.cursor.idx ?? null)] },
  };
}

/** A colour of the theme as a canvas takes it. */
function colourOf(element: HTMLElement, name: string): string {
  const before = element.style.color;
  element.style.color = `var(${name})`;
  const found = getComputedStyle(element).color;
  element.style.color = before;
  return found;
}
