import { useEditor } from "../actions/editor";
import type { Json } from "../contracts/api";
import type { NodeDoc } from "../contracts/document";
import { formOf } from "../inspector/form";
import { Icon, IconButton } from "../ui";
import styles from "./shared.module.css";

/** What one step does and how it is set, to read. */
export function NodeFacts({ node, onClose }: { node: NodeDoc; onClose: () => void }) {
  const { catalogue } = useEditor();
  const type = catalogue.typeOf(node);
  const specs = type ? formOf(type) : [];
  const titles = new Map(specs.map((spec) => [spec.name, spec.title]));
  const set = Object.entries(node.params).filter(([, value]) => !isEmpty(value));
  return (
    <div className={styles.facts}>
      <header>
        <Icon name={type?.icon ?? "circle-help"} />
        <h2>{node.name || node.id}</h2>
        <IconButton small icon="x" label="Close" onClick={onClose} />
      </header>
      <p className={styles.kind}>{type?.title ?? node.type}</p>
      {type && <p className={styles.help}>{type.help}</p>}
      {set.length > 0 && (
        <dl>
          {set.map(([name, value]) => (
            <div key={name}>
              <dt>{titles.get(name) ?? name}</dt>
              <dd>
                <Value value={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <Policy node={node} />
    </div>
  );
}

const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

function Value({ value }: { value: Json | undefined }) {
  if (typeof value === "boolean") return <span>{value ? "Yes" : "No"}</span>;
  if (typeof value !== "object" || value === null) return <span className={styles.text}>{String(value)}</span>;
  if (Array.isArray(value)) {
    return (
      <ul className={styles.items}>
        {value.map((item, index) => (
          <li key={index}>
            <Value value={item} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <dl className={styles.pairs}>
      {Object.entries(value)
        .filter(([, inner]) => !isEmpty(inner))
        .map(([name, inner]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Value value={inner} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

/** What happens around the work of a step, where it is out of the ordinary. */
function Policy({ node: { policy } }: { node: NodeDoc }) {
  const retry = policy.retry?.max_attempts ?? 1;
  const lines = [
    policy.disabled === true && "Switched off: passes on what it gets.",
    retry > 1 && `Tried up to ${retry} times.`,
    typeof policy.timeout_seconds === "number" && `Given up after ${policy.timeout_seconds} seconds.`,
    policy.on_error === "port" && "A failure goes on at its error port.",
    policy.on_error === "skip" && "A failure is passed over.",
  ].filter((line): line is string => typeof line === "string");
  if (lines.length === 0) return null;
  return (
    <ul className={styles.policy}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
