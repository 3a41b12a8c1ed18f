import type { NodeRunView } from "../runs/view";
import { runActions, usePick } from "../runs/useRun";
import { Icon } from "../ui";
import { turnScores } from "./turnScores";
import styles from "./TurnScores.module.css";

/** How good each turn of a loop was, and which one is the best so far. Pressed, a turn is shown. */
export function TurnScores({ node, name }: { node: NodeRunView; name: string }) {
  const pick = usePick(node.nodeId);
  const turns = turnScores(node.progress?.scores ?? {});
  if (turns.length === 0) return null;
  return (
    <section className={styles.scores} aria-label={`Scores of ${name}`}>
      <h2 className={styles.title}>{name}: score by turn</h2>
      <ol className={styles.turns}>
        {turns.map(({ turn, score, isBest }) => (
          <li key={turn}>
            <button type="button" className={styles.turn} data-best={isBest ? "" : undefined} aria-pressed={pick === turn} title={`Show turn ${turn + 1}`} onClick={() => runActions.pick(node.nodeId, turn)}>
              <span>Turn {turn + 1}</span>
              <strong>{score.toFixed(2)}</strong>
              {isBest && (
                <span className={styles.best}>
                  <Icon name="check" size={12} />
                  best so far
                </span>
              )}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
