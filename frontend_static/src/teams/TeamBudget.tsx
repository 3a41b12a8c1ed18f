import { teamBudgetGet, teamBudgetSet } from "../api/teams";
import { SharedBudget } from "../app/SharedBudget";
import type { TeamDetail } from "../contracts/api";
import { mayAs } from "./roles";
import styles from "./teams.module.css";

const CALLS = { get: teamBudgetGet, set: teamBudgetSet };
const ABOUT = "It counts what the runs of all workflows of the team spend.";

/** What the team's workflows may spend together: admins set it, and all members see how it stands. */
export function TeamBudget({ team }: { team: TeamDetail }) {
  const maySet = mayAs(team.role, "admin");
  return (
    <section className={styles.box} aria-labelledby="budget">
      <header className={styles.head}>
        <h2 id="budget">Budget</h2>
      </header>
      <div className={styles.budget}>
        <SharedBudget id={team.id} calls={CALLS} note={maySet ? `${ABOUT} What is set here holds at once.` : `${ABOUT} Admins of the team set it.`} maySet={maySet} />
      </div>
    </section>
  );
}
