import { lazy, Suspense, useEffect, useState } from "react";
import { spendingGet } from "../api/spending";
import { useResource } from "../api/useResource";
import { Link, navigate, usePlace } from "../app/router";
import type { SpendingOut } from "../contracts/api";
import { formatCost } from "../runs/format";
import { RunTable } from "../runlist/RunTable";
import { Button, EmptyState, Skeleton } from "../ui";
import { amountOf, formatAmount, type Measure } from "./measure";
import { changeWords, lengthOf, offeredLength, readPeriod, showDay, type Period } from "./period";
import { PeriodPicker } from "./PeriodPicker";
import { ShareTable } from "./ShareTable";
import styles from "./spending.module.css";

const Chart = lazy(() => import("./Chart"));

const ask = (query: string, signal: AbortSignal): Promise<SpendingOut> => {
  const [first = "", last = "", workflow = ""] = query.split(" ");
  return spendingGet({ first, last, workflow: workflow || null }, { signal });
};

/** What was spent in a period. Period and workflow are in the address, so that it can be shared and walked back. */
export function SpendingPage() {
  const { query } = usePlace();
  const [now] = useState(() => Date.now());
  const period = readPeriod(query, now);
  const workflow = query.get("workflow");
  const { state, reload } = useResource(ask, `${period.first} ${period.last} ${workflow ?? ""}`);
  useEffect(() => {
    document.title = "Spending – GraphApp";
  }, []);
  const go = (next: Period, of: string | null): void => {
    const days = offeredLength(next, now);
    const search = new URLSearchParams(days === null ? { ...next } : { days: String(days) });
    if (of) search.set("workflow", of);
    navigate(`/spending?${search.toString()}`);
  };
  return (
    <main className={styles.page}>
      <div className={styles.head}>
        <h1 className={styles.title}>Spending</h1>
        <PeriodPicker period={period} workflow={workflow} onChange={go} />
      </div>
      {state.kind === "loading" && <Loading />}
      {state.kind === "failed" && (
        <section className={styles.box}>
          <EmptyState icon="cloud-off" title="What was spent could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
            {state.error.message}
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && <Report report={state.value} isOfOne={workflow !== null} onWorkflow={(id) => go(period, id)} />}
    </main>
  );
}

function Report({ report, isOfOne, onWorkflow }: { report: SpendingOut; isOfOne: boolean; onWorkflow: (id: string | null) => void }) {
  const [wanted, setWanted] = useState<Measure | null>(null);
  const { total, before, days } = report;
  if (total.node_runs === 0 && before.node_runs === 0) {
    return (
      <section className={styles.box}>
        <EmptyState icon="coins" title="Nothing was spent in this time" actions={isOfOne && <Button onClick={() => onWorkflow(null)}>Look at all workflows</Button>}>
          What models cost shows up here by workflow, model and day, as soon as a run has asked one.
        </EmptyState>
      </section>
    );
  }
  const measure = wanted ?? (total.cost_usd > 0 ? "money" : "tokens");
  return (
    <>
      <Totals report={report} />
      <section className={styles.box} aria-label="By day">
        <div className={styles.dayHead}>
          <h2 className={styles.boxTitle}>By day</h2>
          <div className={styles.lengths} role="group" aria-label="What is drawn">
            {(["money", "tokens"] as const).map((one) => (
              <button key={one} type="button" className={styles.length} aria-pressed={measure === one} onClick={() => setWanted(one)}>
                {one === "money" ? "Money" : "Tokens"}
              </button>
            ))}
          </div>
        </div>
        <div className={styles.days}>
          <Suspense fallback={<div className={styles.chart} aria-hidden />}>
            <Chart days={days} measure={measure} />
          </Suspense>
          <DayTable days={days} />
        </div>
      </section>
      <div className={styles.columns}>
        <ShareTable title="By workflow" column="Workflow" shares={report.workflows} measure={measure} hrefOf={(share) => (share.is_archived ? null : `/runs?workflow=${encodeURIComponent(share.key)}`)} />
        <div className={styles.stack}>
          <ShareTable title="By model" column="Model" shares={report.models} measure={measure} />
          <ShareTable title="By provider" column="Provider" shares={report.providers} measure={measure} />
        </div>
      </div>
      {report.runs.length > 0 && (
        <section aria-label="The dearest runs">
          <h2 className={styles.heading}>The dearest runs</h2>
          <RunTable runs={report.runs} />
          <p className={styles.more}>
            <Link href="/runs">All runs</Link>
          </p>
        </section>
      )}
    </>
  );
}

function Totals({ report }: { report: SpendingOut }) {
  const { total, before } = report;
  const facts = [
    { label: "Spent", value: formatCost(total.cost_usd), change: changeWords(total.cost_usd, before.cost_usd) },
    { label: "Tokens", value: formatAmount(amountOf(total, "tokens"), "tokens"), change: changeWords(amountOf(total, "tokens"), amountOf(before, "tokens")) },
    { label: "Node runs that used a model", value: total.node_runs.toLocaleString("en-US"), change: changeWords(total.node_runs, before.node_runs) },
    { label: "A day, on average", value: formatCost(total.cost_usd / lengthOf(report)), change: "" },
  ];
  return (
    <dl className={styles.totals} aria-label="In all">
      {facts.map(({ label, value, change }) => (
        <div key={label} className={styles.fact}>
          <dt>{label}</dt>
          <dd>
            <strong>{value}</strong>
            {change !== "" && <span title={`Compared with the ${lengthOf(report)} days before`}>{change}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The chart in words, the newest day first; days without anything are left out. */
function DayTable({ days }: { days: SpendingOut["days"] }) {
  const used = days.filter(({ node_runs }) => node_runs > 0).reverse();
  return (
    <div className={styles.dayTable} role="region" aria-label="Days as a table" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Day (UTC)</th>
            <th scope="col" className={styles.number}>
              Cost
            </th>
            <th scope="col" className={styles.number}>
              Tokens
            </th>
          </tr>
        </thead>
        <tbody>
          {used.map((day) => (
            <tr key={day.day}>
              <th scope="row">{showDay(day.day)}</th>
              <td className={styles.number}>{formatCost(day.cost_usd)}</td>
              <td className={styles.number}>{formatAmount(amountOf(day, "tokens"), "tokens")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {used.length === 0 && <p className={styles.rest}>Nothing on these days.</p>}
    </div>
  );
}

function Loading() {
  return (
    <div aria-busy="true" aria-label="Spending">
      <div className={styles.totals}>
        {[1, 2, 3, 4].map((one) => (
          <div key={one} className={styles.fact}>
            <Skeleton width="40%" />
            <Skeleton width="64%" height={24} />
          </div>
        ))}
      </div>
      <section className={styles.box}>
        <div className={styles.blank} />
      </section>
    </div>
  );
}
