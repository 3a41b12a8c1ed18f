import { failureSplit } from "../api/failures";
import { Link, navigate } from "../app/router";
import type { FailureDetail } from "../contracts/api";
import { Button, formatAgo } from "../ui";
import styles from "./review.module.css";
import { Spark } from "./Spark";
import { actOn } from "./useAct";
import { peopleWord, placeOf, runsWord, STATE_WORDS } from "./words";

/** The figures of a group, whom it hit, its causes, and others like it. */
export function Side({ detail, onChange }: { detail: FailureDetail; onChange: () => void }) {
  const { count, open_count: open, people, first_seen: first, last_seen: last, first_version: version, assignee, hit } = detail;
  const facts = [
    { label: "Runs", value: `${runsWord(count)}, ${open.toLocaleString("en-US")} open` },
    { label: "People", value: people > 0 ? `${peopleWord(people)}: ${hit.map((one) => one.name).slice(0, 5).join(", ")}${people > 5 ? "…" : ""}` : "none known" },
    { label: "Assigned to", value: assignee?.name ?? "nobody" },
    { label: "First seen", value: `${formatAgo(first)}, in ${version === null ? "a draft" : `version ${version}`}`, title: new Date(first).toLocaleString() },
    { label: "Last seen", value: formatAgo(last), title: new Date(last).toLocaleString() },
  ];
  return (
    <>
      <section className={styles.card} aria-label="Figures">
        <dl className={styles.facts}>
          {facts.map(({ label, value, title }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd title={title}>{value}</dd>
            </div>
          ))}
        </dl>
        <Spark values={detail.spark} per="hour" />
      </section>
      {detail.causes.length > 1 && <Causes detail={detail} onChange={onChange} />}
      {detail.similar.length > 0 && (
        <section className={styles.card} aria-label="Similar failures">
          <h2>Similar failures</h2>
          <ul className={styles.similar}>
            {detail.similar.map((one) => (
              <li key={one.id}>
                <Link href={`/failures/${encodeURIComponent(one.id)}`}>
                  {one.workflow.name}, {placeOf(one)}
                </Link>
                <p className={styles.quiet}>
                  {runsWord(one.count)}, {STATE_WORDS[one.state].toLowerCase()}, {formatAgo(one.last_seen)}
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Causes({ detail, onChange }: { detail: FailureDetail; onChange: () => void }) {
  const split = async (cause: number): Promise<void> => {
    const isDone = await actOn([detail], async (id) => {
      const made = await failureSplit(id, [cause]);
      navigate(`/failures/${encodeURIComponent(made.id)}`);
    }, "Split off");
    if (isDone) onChange();
  };
  return (
    <section className={styles.card} aria-label="Causes">
      <h2>Causes in this group</h2>
      <ul className={styles.similar}>
        {detail.causes.map((cause) => (
          <li key={cause.id}>
            <p className={styles.causeText}>{cause.message}</p>
            <p className={styles.quiet}>
              {runsWord(cause.count)}, <code>{cause.code}</code>{" "}
              <Button small kind="ghost" onClick={() => void split(cause.id)}>
                Split off
              </Button>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
