import { useEffect, useState } from "react";
import { asApiError, isAbort } from "../api/client";
import { nodeRunGet } from "../api/runs";
import type { Fault, Json, NodeRunDetailOut, PairOut } from "../contracts/api";
import { Skeleton } from "../ui";
import styles from "./compare.module.css";
import { differences, MOST, type Difference } from "./valueDiff";

type State = { kind: "loading" } | { kind: "failed"; message: string } | { kind: "ready"; before: NodeRunDetailOut | null; after: NodeRunDetailOut | null };

/** Where what a node received, was set to, and gave differs between two runs. */
export function PairValues({ pair, before, after }: { pair: PairOut; before: string; after: string }) {
  const [state, setState] = useState<State>({ kind: "loading" });
  const { key } = pair;
  const [hasBefore, hasAfter] = [pair.before !== null, pair.after !== null];
  useEffect(() => {
    const controller = new AbortController();
    const read = (run: string, isThere: boolean) => (isThere ? nodeRunGet(run, key, { signal: controller.signal }) : null);
    Promise.all([read(before, hasBefore), read(after, hasAfter)]).then(
      ([old, now]) => setState({ kind: "ready", before: old, after: now }),
      (thrown: unknown) => !isAbort(thrown) && setState({ kind: "failed", message: asApiError(thrown).message }),
    );
    return () => controller.abort();
  }, [key, before, after, hasBefore, hasAfter]);
  if (state.kind === "loading") return <Skeleton height={60} />;
  if (state.kind === "failed") return <p className={styles.fault}>{state.message}</p>;
  const sides = [state.before, state.after] as const;
  const parts: [string, Difference[]][] = [
    ["Input", diff(sides, (one) => one.input.inputs)],
    ["Settings", diff(sides, (one) => one.input.params)],
    ["Output", diff(sides, (one) => one.output ?? null)],
    ["Error", diff(sides, (one) => sayable(one.error))],
  ];
  const found = parts.filter(([, all]) => all.length > 0);
  if (found.length === 0) return <p className={styles.quiet}>Input, settings and output are the same.</p>;
  return (
    <div className={styles.parts}>
      {found.map(([title, all]) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl>
            {all.map(({ path, before: old, after: now }) => (
              <div key={path}>
                <dt>{path || "value"}</dt>
                <dd>
                  {old !== undefined && <del>{written(old)}</del>}
                  {now !== undefined && <ins>{written(now)}</ins>}
                </dd>
              </div>
            ))}
          </dl>
          {all.length >= MOST && <p className={styles.quiet}>Only the first {MOST} are shown.</p>}
        </section>
      ))}
    </div>
  );
}

type Sides = readonly [NodeRunDetailOut | null, NodeRunDetailOut | null];

const diff = ([before, after]: Sides, part: (one: NodeRunDetailOut) => Json): Difference[] => differences(before ? part(before) : undefined, after ? part(after) : undefined);

const sayable = (error: Fault | null): Json => (error ? { code: error.code, message: error.message } : null);

const LONGEST = 2000;

function written(value: Json): string {
  const text = typeof value === "string" ? value || "(empty)" : JSON.stringify(value, null, 1);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
