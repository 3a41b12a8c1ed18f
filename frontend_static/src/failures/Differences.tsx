import { Link } from "../app/router";
import type { FailureChange, FailureReview, Json } from "../contracts/api";
import { formatAgo, Icon } from "../ui";
import styles from "./review.module.css";

const LONGEST = 600;

const written = (value: Json): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};

const versionWord = (version: number | null): string => (version === null ? "a draft" : `version ${version}`);

/** What is other than in the last run that worked: version, input, graph, and what the failed node received. */
export function Differences({ review }: { review: FailureReview }) {
  const { last_success: good, entry, input, nodes, received } = review;
  if (good === null) return <p className={styles.quiet}>No run of this workflow has succeeded before, so there is nothing to compare with.</p>;
  const isSame = input.length + nodes.length + received.length === 0;
  return (
    <>
      <p className={styles.quiet}>
        The last run that worked was <Link href={`/runs/${encodeURIComponent(good.id)}`}>{formatAgo(good.created_at)}</Link>, of {versionWord(good.version)}; this one was of {versionWord(entry.run.version)}.{" "}
        <Link href={`/runs/${encodeURIComponent(entry.run.id)}/compare?with=${encodeURIComponent(good.id)}`}>Compare node by node</Link>
      </p>
      {isSame && <p className={styles.same}>Graph, input and what the node received are the same: the cause is probably outside.</p>}
      {nodes.map((node) => (
        <section key={node.node} className={styles.change}>
          <h3>
            <Icon name={node.what === "added" ? "plus" : node.what === "removed" ? "minus" : "pencil"} size={14} /> {node.name} {node.what === "changed" ? "was changed" : node.what === "added" ? "was added" : "was taken away"}
          </h3>
          <Changes changes={node.changes} />
        </section>
      ))}
      {input.length > 0 && (
        <section className={styles.change}>
          <h3>Input of the run</h3>
          <Changes changes={input} />
        </section>
      )}
      {received.length > 0 && (
        <section className={styles.change}>
          <h3>What the failed node was set to, filled in</h3>
          <Changes changes={received} />
        </section>
      )}
    </>
  );
}

function Changes({ changes }: { changes: readonly FailureChange[] }) {
  return (
    <dl className={styles.changes}>
      {changes.map(({ path, before, after, is_new: isNew, is_gone: isGone }) => (
        <div key={path}>
          <dt>{path || "value"}</dt>
          <dd>
            {!isNew && <del>{written(before)}</del>}
            {!isGone && <ins>{written(after)}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
