import { lazy, Suspense } from "react";
import type { ExposureOut } from "../contracts/api";
import { Icon, Skeleton } from "../ui";
import type { Right } from "./rights";
import styles from "./share.module.css";

const SharedPicture = lazy(() => import("../shared/SharedGraph").then((module) => ({ default: module.SharedPicture })));
const SharedRunBody = lazy(() => import("../shared/SharedRun").then((module) => ({ default: module.SharedRunBody })));

/** Exactly what a stranger gets, in words and as they will see it. */
export function Exposure({ right, exposure }: { right: Right; exposure: ExposureOut }) {
  const { shared, secrets, left_out: leftOut } = exposure;
  return (
    <section className={styles.exposure} aria-label="What a stranger will see">
      <h3>What a stranger will see</h3>
      <ul>
        {shownIn(right, exposure).map((line) => (
          <li key={line}>
            <Icon name="eye" size={14} />
            {line}
          </li>
        ))}
        {hiddenIn(right, exposure).map((line) => (
          <li key={line} data-hidden>
            <Icon name="eye-off" size={14} />
            {line}
          </li>
        ))}
      </ul>
      {secrets.length > 0 && (
        <div className={styles.warning} role="alert">
          <Icon name="triangle-alert" size={16} />
          <div>
            <strong>What looks like a secret is hidden from strangers. Better take it out of the workflow:</strong>
            <ul>
              {secrets.map(({ node_id, node_name, param }) => (
                <li key={`${node_id} ${param}`}>
                  {node_name}: {param}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      {leftOut.length > 0 && <p className={styles.quiet}>Left out: {leftOut.map(({ node_name, param }) => `${param} of ${node_name}`).join(", ")}.</p>}
      <div className={styles.preview} inert aria-hidden>
        <Suspense fallback={<Skeleton width="100%" height={220} />}>
          {right === "run" ? <SharedRunBody token="" shared={shared} isPreview /> : <SharedPicture shared={shared} hasKeys={false} />}
        </Suspense>
      </div>
    </section>
  );
}

function shownIn(right: Right, { shared, nodes, notes }: ExposureOut): string[] {
  const face = shared.description ? "The name and the description of the workflow" : "The name of the workflow";
  if (right === "run") {
    const fields = (shared.fields ?? []).map(({ name, label }) => label || name);
    return [`${face}, and a form: ${fields.length > 0 ? fields.join(", ") : "without fields"}`, "Of a run of their own: what comes out, how many steps are done, and in plain words why it failed"];
  }
  const graph = `${nodes} ${nodes === 1 ? "node" : "nodes"} with names, prompts, code and all other settings${notes > 0 ? `, and ${notes} ${notes === 1 ? "note" : "notes"}` : ""}`;
  if (right === "replay") return [face, graph, "The input of the run, and what each node received and gave, with prompts, times, tokens and cost", "Why nodes failed, in the words of the error"];
  return [face, graph];
}

function hiddenIn(right: Right, { comments, pinned }: ExposureOut): string[] {
  if (right === "run") return ["Not the graph, prompts, models, credentials, nor runs of others"];
  const also = [comments > 0 && `${comments} ${comments === 1 ? "comment" : "comments"}`, pinned > 0 && `${pinned} pinned ${pinned === 1 ? "value" : "values"}`].filter(Boolean);
  const more = right === "replay" ? ", logs, nor other runs" : ", nor any run";
  return [`Not the draft, names of credentials, of knowledge and of other workflows${also.length > 0 ? `, ${also.join(", ")}` : ""}${more}`];
}
