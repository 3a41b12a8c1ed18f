import { useState } from "react";
import type { ComparisonOut, DidOut, PairOut } from "../contracts/api";
import { scopeWords } from "../runpanel/timeline";
import { formatCost } from "../runs/format";
import { classes, formatDuration, Icon, StatusMark, Switch } from "../ui";
import styles from "./compare.module.css";
import { differs } from "./ComparePage";
import { PairValues } from "./PairValues";

interface PairTableProps {
  comparison: ComparisonOut;
  names: ReadonlyMap<string, string>;
  selected: ReadonlySet<string>;
  onShow: (nodeId: string) => void;
}

/** Each node in both runs; a line opens to what the node received and gave. */
export function PairTable({ comparison, names, selected, onShow }: PairTableProps) {
  const [isAll, setAll] = useState(false);
  const [opened, setOpened] = useState<string | null>(null);
  const different = comparison.nodes.filter(differs);
  const shown = isAll ? comparison.nodes : different;
  const open = (pair: PairOut): void => {
    setOpened(opened === pair.key ? null : pair.key);
    onShow(pair.node_id);
  };
  return (
    <>
      <div className={styles.bar}>
        <h2>{different.length === 0 ? "Every node did the same" : `${different.length} of ${comparison.nodes.length} node runs differ`}</h2>
        <Switch label="Show all" checked={isAll} onChange={setAll} />
      </div>
      {shown.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
              <th scope="col" className={styles.number}>Time</th>
              <th scope="col" className={styles.number}>Tokens</th>
              <th scope="col" className={styles.number}>Cost</th>
              <th scope="col">Output</th>
            </tr>
          </thead>
          {shown.map((pair) => (
            <tbody key={pair.key}>
              <tr className={classes(styles.row, selected.has(pair.node_id) && styles.selected)}>
                <td>
                  <button type="button" className={styles.name} aria-expanded={opened === pair.key} onClick={() => open(pair)}>
                    <Icon name={opened === pair.key ? "chevron-down" : "chevron-right"} size={14} />
                    {names.get(pair.node_id) ?? pair.node_id}
                    {pair.scope_path !== "" && <span className={styles.scope}>{scopeWords(pair.scope_path)}</span>}
                  </button>
                </td>
                <td>{stateOf(pair.before)}</td>
                <td>{stateOf(pair.after)}</td>
                <td className={styles.number}>{change(pair, secondsOf, formatDuration)}</td>
                <td className={styles.number}>{change(pair, tokensOf, (tokens) => tokens.toLocaleString("en-US"))}</td>
                <td className={styles.number}>{change(pair, costOf, formatCost)}</td>
                <td>{pair.before && pair.after ? pair.is_same ? <span className={styles.quiet}>same</span> : <span className={styles.other}>differs</span> : <span className={styles.quiet}>–</span>}</td>
              </tr>
              {opened === pair.key && (
                <tr>
                  <td colSpan={7}>
                    <PairValues pair={pair} before={comparison.before.id} after={comparison.after.id} />
                  </td>
                </tr>
              )}
            </tbody>
          ))}
        </table>
      )}
    </>
  );
}

function stateOf(did: DidOut | null): React.ReactNode {
  if (!did) return <span className={styles.quiet}>not there</span>;
  return (
    <span className={styles.state}>
      <StatusMark status={did.status} word />
      {did.origin !== "" && <span className={styles.quiet}>{did.origin}</span>}
      {did.attempt > 1 && <span className={styles.quiet}>{did.attempt} attempts</span>}
    </span>
  );
}

type Measure = (did: DidOut | null) => number | null;

const secondsOf: Measure = (did) => (did?.started_at && did.finished_at ? Math.max(0, Date.parse(did.finished_at) - Date.parse(did.started_at)) / 1000 : null);
const tokensOf: Measure = (did) => (did?.usage ? (did.usage.input_tokens ?? 0) + (did.usage.output_tokens ?? 0) : null);
const costOf: Measure = (did) => (did?.usage?.cost_usd ? did.usage.cost_usd : null);

/** One number where both are alike, else from one to the other. */
function change({ before, after }: PairOut, measure: Measure, written: (value: number) => string): React.ReactNode {
  const [old, now] = [measure(before), measure(after)];
  const [from, to] = [old === null ? "–" : written(old), now === null ? "–" : written(now)];
  if (from === to) return from === "–" ? "" : from;
  const isMore = old !== null && now !== null && now > old * 1.1;
  return (
    <span className={classes(isMore && styles.more)}>
      {from} → {to}
    </span>
  );
}
