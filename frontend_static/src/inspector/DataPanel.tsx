import { useMemo } from "react";
import { useDocument } from "../actions/editor";
import type { Json, JsonObject } from "../contracts/api";
import { JsonTree } from "../runpanel/JsonTree";
import { Icon, IconButton, Skeleton, toast } from "../ui";
import styles from "./DataPanel.module.css";
import { insertIntoField, useSight } from "./sight";

/** The values that the node's expressions see, beside its settings: a click writes one into the field, or it is dragged there. */
export function DataPanel({ onClose }: { onClose: () => void }) {
  const { known, isKnown, seenRun, scope } = useSight();
  const nodes = useDocument((view) => view.nodes);
  const values = useMemo(() => Object.fromEntries(known.filter(({ name, origin, value }) => origin !== "" && !(name === "inputs" && isOnlyInput(value))).map(({ name, value }) => [name, value])) as JsonObject, [known]);
  const missing = known.filter(({ origin }) => origin === "");
  const pinned = known.filter(({ origin }) => origin === "pinned");
  const use = (path: string): void => {
    if (!insertIntoField(path)) toast({ text: "Click into a field first, or drag the value there." });
  };
  return (
    <section className={styles.panel} aria-label="Data">
      <header className={styles.head}>
        <h2>Data</h2>
        <span className={styles.about}>{aboutOf(seenRun, scope)}</span>
        <IconButton small icon="x" label="Hide the data" onClick={onClose} />
      </header>
      {!isKnown && <div className={styles.wait}><Skeleton height={96} /></div>}
      {isKnown && Object.keys(values).length > 1 && (
        <div className={styles.tree}>
          <JsonTree value={values} label="Values that expressions may use" onOpenText={(path) => use(path)} onUse={use} />
        </div>
      )}
      {isKnown && (
        <footer className={styles.foot}>
          {pinned.length > 0 && (
            <p>
              <Icon name="target" size={13} /> Pinned: {pinned.map(({ name }) => name).join(", ")}
            </p>
          )}
          {missing.length > 0 && (
            <p>
              <Icon name="circle-dashed" size={13} /> No value yet: {missing.map(({ name }) => nodes.get(name)?.name || name).join(", ")}. Run the workflow once, or pin an output.
            </p>
          )}
          {Object.keys(values).length > 1 && <p>Click + or drag a value into a field.</p>}
          {known.length <= 1 && <p>Nothing leads to this node yet.</p>}
        </footer>
      )}
    </section>
  );
}

/** Of a node with one input, `inputs` says the same as `input`. */
const isOnlyInput = (value: Json): boolean => typeof value === "object" && value !== null && Object.keys(value).every((port) => port === "in");

function aboutOf(run: string | null, scope: string): string {
  if (run === null) return "nothing ran yet";
  const place = /([a-z]\w*)(?:~\d+)?#(\d+)\/$/.exec(scope);
  return place ? `${place[1]}, number ${Number(place[2]) + 1}` : "of the last run";
}
