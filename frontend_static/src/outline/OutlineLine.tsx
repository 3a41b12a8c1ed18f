import { useEditor, useProblems } from "../actions/editor";
import type { OutlineRow } from "../document/outline";
import { openComments } from "../document/comments";
import { useNodeRun } from "../runs/useRun";
import { classes, Icon, IconButton, StatusMark, statusWord } from "../ui";
import { isNarrow, LINE } from "./Outline";
import styles from "./Outline.module.css";

interface OutlineLineProps {
  row: OutlineRow;
  top: number;
  isSelected: boolean;
  /** Where Tab stops. */
  isStop: boolean;
  isRenaming: boolean;
  onChoose: () => void;
  onRename: (name: string | null) => void;
  onAddAfter: () => void;
  onConnect: () => void;
  /** Shows the settings. */
  onOpen: () => void;
  onCut: (edgeId: string) => void;
}

/** One node: what it is, how it stands, and where it leads. */
export function OutlineLine({ row, top, isSelected, isStop, isRenaming, onChoose, onRename, onAddAfter, onConnect, onOpen, onCut }: OutlineLineProps) {
  const { catalogue, isReadOnly } = useEditor();
  const { node, depth, next } = row;
  const type = catalogue.typeOf(node);
  const problems = useProblems((index) => index.byNode.get(node.id));
  const run = useNodeRun(node.id);
  const worst = problems?.[0]?.severity;
  const isWork = type?.executable ?? true;
  return (
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isSelected}
      aria-label={spoken(row, type?.title ?? node.type, problems?.length ?? 0, run?.status)}
      data-row={node.id}
      data-category={type?.category}
      tabIndex={isStop ? 0 : -1}
      className={classes(styles.line, isSelected && styles.selected)}
      style={{ top, height: LINE, paddingLeft: 8 + depth * 16 }}
      onClick={onChoose}
    >
      <span className={styles.icon}>
        <Icon name={type?.icon ?? "circle-help"} size={15} />
      </span>
      <span className={styles.words}>
        {isRenaming ? <NameInput name={node.name} onDone={onRename} /> : <span className={styles.name}>{node.name || (isWork ? node.id : String(node.params.text ?? "Note"))}</span>}
        <span className={styles.next}>
          {next.length === 0 ? <span className={styles.quiet}>{type?.title ?? node.type}</span> : <Next next={next} isEditable={isSelected && !isReadOnly} onCut={onCut} />}
        </span>
      </span>
      {worst && <Icon name={worst === "error" ? "octagon-alert" : "triangle-alert"} size={14} className={styles[worst] ?? ""} />}
      {run && <StatusMark status={run.status} size={14} />}
      {isSelected && !isReadOnly && isWork && (
        <span className={styles.tools} onClick={(event) => event.stopPropagation()}>
          {isNarrow() && <IconButton small icon="settings-2" label={`Settings of ${node.name || node.id}`} onClick={onOpen} />}
          <IconButton small icon="git-merge" label={`Connect ${node.name || node.id}`} onClick={onConnect} />
          <IconButton small icon="plus" label={`Add a node after ${node.name || node.id}`} onClick={onAddAfter} />
        </span>
      )}
    </div>
  );
}

function Next({ next, isEditable, onCut }: { next: OutlineRow["next"]; isEditable: boolean; onCut: (edgeId: string) => void }) {
  return next.map(({ edgeId, port, to }) => (
    <span key={edgeId} className={styles.target}>
      {port === "out" ? "→" : `${port} →`} {to.name || to.id}
      {isEditable && (
        <button
          type="button"
          className={styles.cut}
          aria-label={`Cut the connection to ${to.name || to.id}`}
          title="Cut this connection"
          onClick={(event) => {
            event.stopPropagation();
            onCut(edgeId);
          }}
        >
          <Icon name="x" size={11} />
        </button>
      )}
    </span>
  ));
}

function NameInput({ name, onDone }: { name: string; onDone: (name: string | null) => void }) {
  return (
    <input
      autoFocus
      className={styles.input}
      aria-label="Name of the node"
      defaultValue={name}
      maxLength={120}
      onFocus={(event) => event.target.select()}
      onBlur={(event) => onDone(event.target.value.trim())}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") onDone(null);
      }}
    />
  );
}

function spoken({ node, next }: OutlineRow, type: string, problems: number, status: string | undefined): string {
  const leads = next.length > 0 && `leads to ${next.map(({ to }) => to.name || to.id).join(", ")}`;
  const wrong = problems > 0 && (problems === 1 ? "1 problem" : `${problems} problems`);
  const said = openComments(node);
  return [node.name || node.id, type, wrong, said > 0 && (said === 1 ? "1 comment" : `${said} comments`), status && statusWord(status), leads].filter(Boolean).join(", ");
}
