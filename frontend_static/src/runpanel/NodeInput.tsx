import type { Json, JsonObject } from "../contracts/api";
import { LoadFailure, LoadingValue } from "./LoadNotes";
import type { NodePartProps } from "./NodeOutput";
import styles from "./NodeRunDetail.module.css";
import { ValueView } from "./ValueView";

export function NodeInput({ node, detail, error, onRetry }: NodePartProps) {
  if (error !== null) return <LoadFailure error={error} onRetry={onRetry} />;
  if (node.status === "skipped" || node.status === "upstream_failed") return <p className={styles.none}>It received nothing, since it did not run.</p>;
  if (detail === null) return <LoadingValue />;
  const { inputs, params } = detail.input;
  return (
    <div className={styles.part}>
      {Object.keys(inputs).length === 0 && Object.keys(params).length === 0 && <p className={styles.quiet}>It received nothing.</p>}
      {Object.keys(inputs).length > 0 && <ValueView label={onlyIn(inputs) ? "Received" : "Received, by port"} value={unwrap(inputs)} fileName={`${node.nodeId}-input`} />}
      {Object.keys(params).length > 0 && <ValueView label="Settings, with expressions resolved" value={params} fileName={`${node.nodeId}-params`} />}
    </div>
  );
}

const onlyIn = (inputs: JsonObject): boolean => Object.keys(inputs).length === 1 && "in" in inputs;

/** Most nodes have the one port `in`: its name would be noise. */
function unwrap(inputs: JsonObject): Json {
  return onlyIn(inputs) ? (inputs.in ?? null) : inputs;
}
