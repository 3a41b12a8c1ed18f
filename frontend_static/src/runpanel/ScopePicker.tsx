import { levelsOf } from "../runs/iterations";
import { useNodeRun } from "../runs/useRun";
import type { NodeRunView } from "../runs/view";
import { Iteration } from "./Iteration";
import { TurnScores } from "./TurnScores";
import styles from "./NodeRunDetail.module.css";

/** For a node inside loops and maps, and for these themselves: how far they are, and which turn or item is looked at. */
export function ScopePicker({ node }: { node: NodeRunView }) {
  const keys = [...levelsOf(node.key).map(({ key }) => key), ...(node.progress ? [node.key] : [])];
  if (keys.length === 0) return null;
  return (
    <div className={styles.scopes}>
      {keys.map((key) => (
        <Level key={key} containerKey={key} />
      ))}
      {keys.map((key) => (
        <Scores key={key} containerKey={key} />
      ))}
    </div>
  );
}

function Level({ containerKey }: { containerKey: string }) {
  const container = useNodeRun(containerKey);
  if (!container?.progress) return null;
  return (
    <span className={styles.level}>
      <code>{container.nodeId}</code>
      <Iteration node={container} />
    </span>
  );
}

function Scores({ containerKey }: { containerKey: string }) {
  const container = useNodeRun(containerKey);
  return container && <TurnScores node={container} name={container.nodeId} />;
}
