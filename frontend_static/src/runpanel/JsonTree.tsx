import { useId, useMemo, useState, type DragEvent, type KeyboardEvent } from "react";
import type { Json } from "../contracts/api";
import { classes, Icon } from "../ui";
import styles from "./JsonTree.module.css";
import { CLOSED_TREE, showMore, toggle, treeRows, type TreeRow } from "./jsonTree";
import { useWindowed } from "./useWindowed";

const ROW = 24;

interface JsonTreeProps {
  value: Json;
  label: string;
  onOpenText: (path: string, text: string) => void;
  /** Where values are taken from the tree: by a button, by Ctrl+Enter, or dragged as an expression. */
  onUse?: (path: string) => void;
}

/** A JSON value as a tree that stays quick at any size: only the lines in view are in the page. */
export function JsonTree({ value, label, onOpenText, onUse }: JsonTreeProps) {
  const [tree, setTree] = useState(CLOSED_TREE);
  const [active, setActive] = useState(0);
  const rows = useMemo(() => treeRows(value, tree), [value, tree]);
  const { scroller, onScroll, from, to } = useWindowed(rows.length, ROW);
  const id = useId();

  const act = (row: TreeRow): void => {
    if (row.kind === "more") setTree((before) => showMore(before, row.path));
    else if (row.size > 0) setTree((before) => toggle(before, row.path));
    else if (isLong(row)) onOpenText(row.path, String(row.value));
  };
  const goTo = (index: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, index));
    setActive(next);
    scrollTo(scroller.current, next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[active];
    if (row && onUse && row.kind !== "more" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      return onUse(row.path);
    }
    const move = KEYS[event.key];
    if (row === undefined || move === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const step = move(row, active, rows);
    if (step === "act") act(row);
    else goTo(step);
  };

  return (
    <div ref={scroller} className={styles.tree} role="tree" aria-label={label} tabIndex={0} aria-activedescendant={`${id}-${active}`} onScroll={onScroll} onKeyDown={onKeyDown}>
      <div className={styles.inner} style={{ height: rows.length * ROW }}>
        {rows.slice(from, to).map((row, offset) => {
          const index = from + offset;
          const pick = (): void => {
            setActive(index);
            act(row);
          };
          return <Line key={`${row.path}|${row.kind}`} id={`${id}-${index}`} row={row} top={index * ROW} isActive={index === active} onPick={pick} onUse={onUse} />;
        })}
      </div>
    </div>
  );
}

const isLong = (row: TreeRow): boolean => row.kind === "text" && typeof row.value === "string" && (row.value.length > 60 || row.value.includes("\n"));

function scrollTo(element: HTMLElement | null, index: number): void {
  if (element === null) return;
  const top = index * ROW;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + ROW > element.scrollTop + element.clientHeight) element.scrollTop = top + ROW - element.clientHeight;
}

type Move = (row: TreeRow, at: number, rows: readonly TreeRow[]) => number | "act";

const KEYS: Record<string, Move> = {
  ArrowDown: (_row, at) => at + 1,
  ArrowUp: (_row, at) => at - 1,
  Home: () => 0,
  End: (_row, _at, rows) => rows.length - 1,
  Enter: () => "act",
  " ": () => "act",
  ArrowRight: (row, at) => (row.size > 0 && !row.isOpen ? "act" : at + 1),
  ArrowLeft: (row, at, rows) => (row.isOpen ? "act" : rows.slice(0, at).findLastIndex((above) => above.depth < row.depth)),
};

interface LineProps {
  id: string;
  row: TreeRow;
  top: number;
  isActive: boolean;
  onPick: () => void;
  onUse: ((path: string) => void) | undefined;
}

function Line({ id, row, top, isActive, onPick, onUse }: LineProps) {
  const isBranch = row.size > 0;
  const isUsable = onUse !== undefined && row.kind !== "more";
  const drag = (event: DragEvent): void => {
    event.dataTransfer.setData("text/plain", `{{ ${row.path} }}`);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={isActive}
      aria-expanded={isBranch ? row.isOpen : undefined}
      className={classes(styles.line, isActive && styles.active)}
      style={{ top, paddingLeft: 4 + row.depth * 16 }}
      title={isUsable ? row.path : isLong(row) ? "Show the whole text" : undefined}
      draggable={isUsable}
      onDragStart={isUsable ? drag : undefined}
      onClick={onPick}
    >
      <span className={classes(styles.twist, row.isOpen && styles.open)}>{isBranch && <Icon name="chevron-right" size={14} />}</span>
      {row.kind === "more" ? (
        <span className={styles.more}>Show more ({Number(row.text).toLocaleString("en-US")} not shown)</span>
      ) : (
        <>
          <span className={styles.label}>{row.label}</span>
          <span className={classes(styles.value, styles[row.kind])}>{row.text}</span>
          {isLong(row) && !isUsable && <Icon name="maximize-2" size={12} className={styles.grow} />}
          {isUsable && (
            <button type="button" tabIndex={-1} className={styles.use} aria-label={`Use ${row.path}`} title={`Use ${row.path}`} onPointerDown={(event) => event.preventDefault()} onClick={(event) => (event.stopPropagation(), onUse(row.path))}>
              <Icon name="plus" size={12} />
            </button>
          )}
        </>
      )}
    </div>
  );
}
