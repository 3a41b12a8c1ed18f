import type { HistoryOut } from "../contracts/api";
import { Badge, Button, formatAgo, Select } from "../ui";
import styles from "./history.module.css";

interface EntryListProps {
  entries: readonly HistoryOut[];
  chosen: number | null;
  onChoose: (entry: number | null) => void;
  hasMore: boolean;
  onMore: () => void;
  /** The version that callers get. */
  live: number | null;
  beside: "before" | "now";
  onBeside: (beside: "before" | "now") => void;
}

const BESIDE = [
  { value: "before", label: "What it changed" },
  { value: "now", label: "What has changed since" },
] as const;

/** All that the workflow has been, the newest first; above it the draft of now. */
export function EntryList({ entries, live, chosen, onChoose, hasMore, onMore, beside, onBeside }: EntryListProps) {
  return (
    <>
      <Select aria-label="What is compared" options={BESIDE} value={chosen === null ? "before" : beside} disabled={chosen === null} onChange={(value) => onBeside(value as "before" | "now")} />
      <ol className={styles.entries}>
        <Entry title="Draft of now" about={entries.length > 0 ? "Beside the newest entry" : "Nothing was published or run yet"} isChosen={chosen === null} onChoose={() => onChoose(null)} />
        {entries.map((entry) => (
          <Entry key={entry.id} title={nameOf(entry)} about={aboutOf(entry)} note={entry.note} isChosen={chosen === entry.id} onChoose={() => onChoose(entry.id)} isPublished={entry.number !== null} isLive={entry.number !== null && entry.number === live} />
        ))}
      </ol>
      {hasMore && <Button onClick={onMore}>Show older ones</Button>}
    </>
  );
}

interface EntryProps {
  title: string;
  about: string;
  note?: string;
  isChosen: boolean;
  isPublished?: boolean;
  isLive?: boolean;
  onChoose: () => void;
}

function Entry({ title, about, note = "", isChosen, isPublished = false, isLive = false, onChoose }: EntryProps) {
  return (
    <li>
      <button type="button" className={styles.entry} aria-current={isChosen} data-published={isPublished ? "" : undefined} onClick={onChoose}>
        <strong>
          {title}
          {isLive && <Badge tone="ok">live</Badge>}
        </strong>
        <span>{about}</span>
        {note && <span className={styles.note}>{note}</span>}
      </button>
    </li>
  );
}

export const nameOf = (entry: HistoryOut): string => (entry.number === null ? "A draft" : `Version ${entry.number}`);

const aboutOf = ({ author, created_at }: HistoryOut): string => `${formatAgo(created_at)}${author ? ` by ${author}` : ""}`;
