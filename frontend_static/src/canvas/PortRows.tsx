import type { NodeLayout, PlacedPort } from "./layout";
import styles from "./PortRows.module.css";

/** The names of ports that have a row; a router's rows say their condition too. */
export function PortRows({ layout, taken }: { layout: NodeLayout; taken: readonly string[] | undefined }) {
  const inputs = layout.ports.filter((port) => port.side === "target" && port.hasRow);
  const outputs = layout.ports.filter((port) => port.side === "source" && port.hasRow);
  return (
    <div className={styles.rows}>
      {Array.from({ length: layout.rows }, (_, row) => (
        <div key={row} className={styles.row}>
          <Name port={inputs[row]} />
          {outputs[row]?.hint && !inputs[row] && <code className={styles.hint} title={outputs[row].hint}>{outputs[row].hint}</code>}
          <Name port={outputs[row]} isEnd isTaken={taken?.includes(outputs[row]?.name ?? "") ?? false} />
        </div>
      ))}
    </div>
  );
}

function Name({ port, isEnd = false, isTaken = false }: { port: PlacedPort | undefined; isEnd?: boolean; isTaken?: boolean }) {
  if (!port) return null;
  return (
    <span className={styles.name} data-end={isEnd ? "" : undefined} data-taken={isTaken ? "" : undefined} data-error={isEnd && port.name === "error" ? "" : undefined}>
      {port.label || port.name}
    </span>
  );
}
