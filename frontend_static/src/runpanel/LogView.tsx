import { useEffect, useMemo, useState, useSyncExternalStore, type KeyboardEvent } from "react";
import { asApiError } from "../api/client";
import { logFile, logList, type LogLevel } from "../api/runs";
import type { LogLineOut } from "../contracts/api";
import { RUN_TERMINAL, splitKey } from "../runs/types";
import { useRunView } from "../runs/useRun";
import { runOf } from "../runs/view";
import { Button, classes, Icon, IconButton, Select, TextInput } from "../ui";
import { LoadFailure } from "./LoadNotes";
import { LogPages } from "./logPages";
import styles from "./LogView.module.css";
import { heightOf, useLongList } from "./longList";
import { TextView } from "./TextView";
import { useLogGrowth } from "./useLogGrowth";

const ROW = 22;
const LEVELS = [
  { value: "info", label: "All lines" },
  { value: "warning", label: "Warnings and errors" },
  { value: "error", label: "Errors" },
] as const;

interface Opened {
  index: number;
  line: LogLineOut;
}

interface LogViewProps {
  runId: string;
  /** The node run whose lines are shown; null for those of the whole run. */
  nodeKey: string | null;
  nameOf?: (nodeId: string) => string;
  onPick?: (key: string) => void;
}

/** What was written during the run, line by line as it comes: searched by the server, and scrolled through at any length. */
export function LogView({ runId, nodeKey, nameOf = (id) => id, onPick }: LogViewProps) {
  const [typed, setTyped] = useState("");
  const [level, setLevel] = useState<LogLevel>("info");
  const search = useSettled(typed);
  const [opened, setOpened] = useState<Opened | null>(null);
  return (
    <div className={styles.view}>
      <div className={styles.bar}>
        <TextInput type="search" aria-label="Search in the log" placeholder="Search in the log" maxLength={200} value={typed} onChange={(event) => setTyped(event.target.value)} />
        <Select aria-label="Which lines" options={LEVELS} value={level} onChange={(next) => setLevel(next as LogLevel)} />
        <a className={styles.download} href={logFile(runId, { node: nodeKey, search, level })} download aria-label="Download these lines" title="Download these lines">
          <Icon name="download" size={16} />
        </a>
      </div>
      <Lines key={`${runId} ${nodeKey} ${level} ${search}`} runId={runId} nodeKey={nodeKey} search={search} level={level} nameOf={nameOf} opened={opened} onOpen={setOpened} />
      {opened !== null && (
        <section className={styles.opened} aria-label="The chosen line">
          <header className={styles.openedHead}>
            <span className={styles.time}>{new Date(opened.line.at).toLocaleString()}</span>
            {opened.line.attempt > 1 && <span>attempt {opened.line.attempt}</span>}
            {onPick && opened.line.node !== null && (
              <Button small kind="ghost" icon="crosshair" onClick={() => onPick(opened.line.node ?? "")}>
                {placeOf(opened.line.node, nameOf)}
              </Button>
            )}
            <IconButton small icon="x" label="Close this line" onClick={() => setOpened(null)} />
          </header>
          <TextView text={opened.line.message} mono />
        </section>
      )}
    </div>
  );
}

interface LinesProps extends Required<Pick<LogViewProps, "runId" | "nodeKey" | "nameOf">> {
  search: string;
  level: LogLevel;
  opened: Opened | null;
  onOpen: (opened: Opened | null) => void;
}

function Lines({ runId, nodeKey, search, level, nameOf, opened, onOpen }: LinesProps) {
  const pages = useMemo(() => new LogPages((offset, signal) => logList(runId, { node: nodeKey, search, level, offset }, { signal })), [runId, nodeKey, search, level]);
  useSyncExternalStore(pages.subscribe, pages.getVersion);
  const run = runOf(useRunView());
  const isLive = run?.id === runId && !RUN_TERMINAL.has(run.status);
  const total = pages.total ?? 0;
  const { scroller, onScroll, toEnd, seen } = useLongList(total, ROW, { follows: isLive });
  useLogGrowth(pages, run?.id === runId ? run.seq : 0, isLive);
  useEffect(() => {
    if (total > 0) pages.want(seen.from, seen.to);
  }, [pages, total, seen.from, seen.to]);
  const open = (index: number): void => {
    const line = pages.line(index);
    if (line) onOpen({ index, line });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && opened === null) open(Math.ceil((scroller.current?.scrollTop ?? 0) / ROW) || seen.from);
    else if (event.key === "Escape" && opened !== null) onOpen(null);
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && opened !== null) open(opened.index + (event.key === "ArrowDown" ? 1 : -1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const rows = Array.from({ length: Math.max(0, seen.to - seen.from) }, (_, place) => seen.from + place);
  return (
    <>
      <div ref={scroller} className={styles.lines} onScroll={onScroll} onKeyDown={onKey} tabIndex={0} role="region" aria-label="Log">
        {pages.error !== null && <LoadFailure error={asApiError(pages.error)} onRetry={() => pages.refresh()} />}
        {pages.total === 0 && <p className={styles.none}>{noLines(search !== "" || level !== "info", isLive)}</p>}
        <div className={styles.inner} style={{ height: heightOf(total, ROW) }}>
          {rows.map((index) => (
            <Line key={index} line={pages.line(index)} top={seen.top + (index - seen.from) * ROW} isOpened={opened?.index === index} nameOf={nodeKey === null ? nameOf : null} onOpen={() => open(index)} />
          ))}
        </div>
      </div>
      <footer className={styles.foot}>
        <span role="status">{pages.total === null ? "Reading…" : countOf(total, search !== "" || level !== "info")}</span>
        {isLive && <span className={styles.live}>Follows the run</span>}
        <IconButton small icon="chevron-up" label="To the first line" onClick={() => scroller.current?.scrollTo({ top: 0 })} />
        <IconButton small icon="chevron-down" label="To the last line" onClick={toEnd} />
      </footer>
    </>
  );
}

interface LineProps {
  line: LogLineOut | undefined;
  top: number;
  isOpened: boolean;
  /** Where lines of several nodes are shown: how they are called. */
  nameOf: ((nodeId: string) => string) | null;
  onOpen: () => void;
}

function Line({ line, top, isOpened, nameOf, onOpen }: LineProps) {
  if (line === undefined) return <div className={classes(styles.line, styles.coming)} style={{ top }} aria-hidden />;
  return (
    <div className={classes(styles.line, (line.level === "error" || line.level === "warning") && styles[line.level])} data-opened={isOpened || undefined} style={{ top }} onClick={onOpen}>
      <time className={styles.time}>{new Date(line.at).toLocaleTimeString("en", { hour12: false })}</time>
      {nameOf !== null && <span className={styles.node}>{line.node === null ? "run" : placeOf(line.node, nameOf)}</span>}
      {line.level !== "info" && <span className={styles.level}>{line.level}</span>}
      <span className={styles.message}>{line.message.replace(/\s*\n\s*/g, " ⏎ ")}</span>
    </div>
  );
}

/** The node's name, and the number of its item or turn. */
function placeOf(key: string, nameOf: (nodeId: string) => string): string {
  const { nodeId, scopePath } = splitKey(key);
  const numbers = [...scopePath.matchAll(/#(\d+)\//g)].map(([, number]) => `#${Number(number) + 1}`);
  return [nameOf(nodeId), ...numbers].join(" ");
}

function noLines(isFiltered: boolean, isLive: boolean): string {
  if (isFiltered) return "No line matches.";
  return isLive ? "Nothing was logged so far." : "Nothing was logged. Use print() in a Code node to write here.";
}

const countOf = (total: number, isFiltered: boolean): string => `${total.toLocaleString("en-US")} ${isFiltered ? "matching " : ""}${total === 1 ? "line" : "lines"}`;

/** What was typed, once nothing was typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text.trim()), 250);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}
