import { addressOn, trailOf } from "../actions/trail";
import { workflowGet } from "../api/workflows";
import { useResource } from "../api/useResource";
import { Icon } from "../ui";
import styles from "./EditorBar.module.css";
import { Link, usePlace } from "./router";
import { nameOnShelf } from "./shelf";

/** The workflows from which this one was opened; a click goes back to one, as it was left. */
export function Trail() {
  const { query } = usePlace();
  const way = trailOf(query);
  if (way.length === 0) return null;
  return (
    <nav className={styles.trail} aria-label="Opened from">
      {way.map((id) => (
        <span key={id} className={styles.step}>
          <Step id={id} way={way} />
          <Icon name="chevron-right" size={14} />
        </span>
      ))}
    </nav>
  );
}

const fetchName = async (id: string, signal: AbortSignal): Promise<string> => nameOnShelf(id) ?? (await workflowGet(id, { signal })).name;

function Step({ id, way }: { id: string; way: readonly string[] }) {
  const { state } = useResource(fetchName, id);
  const name = state.kind === "ready" ? state.value : state.kind === "failed" ? "A workflow" : "…";
  return (
    <Link href={addressOn(id, way)} className={styles.stepName} title={`Back to ${name}`}>
      {name}
    </Link>
  );
}
