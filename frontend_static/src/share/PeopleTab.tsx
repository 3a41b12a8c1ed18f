import { useState } from "react";
import { asApiError } from "../api/client";
import { grantChange, grantList, grantRemove } from "../api/grants";
import { useResource } from "../api/useResource";
import type { GrantOut, GrantRole, WorkflowOut } from "../contracts/api";
import { Button, Icon, Select, Skeleton, toast } from "../ui";
import { AddPeople } from "./AddPeople";
import { GRANT_ROLES } from "./rights";
import styles from "./share.module.css";

const fetchGrants = (workflowId: string, signal: AbortSignal) => grantList(workflowId, { signal });

/** The people and teams with whom a workflow is shared, each by a role. */
export function PeopleTab({ workflow }: { workflow: Pick<WorkflowOut, "id" | "role"> }) {
  const { state, reload } = useResource(fetchGrants, workflow.id);
  const mayShare = workflow.role === "owner" || workflow.role === "admin";
  if (state.kind === "loading") return <Skeleton width="100%" height={56} />;
  if (state.kind === "failed") {
    return (
      <p role="alert" className={styles.problem}>
        {state.error.message} <Button small onClick={() => void reload()}>Try again</Button>
      </p>
    );
  }
  const { belongs_to: owner, items } = state.value;
  return (
    <div className={styles.tab}>
      {mayShare ? <AddPeople workflowId={workflow.id} onAdded={() => void reload()} /> : <p className={styles.quiet}>Whoever it belongs to shares it with others. You can make links.</p>}
      <ul className={styles.links} aria-label="People and teams">
        <li className={styles.link}>
          <Icon name={owner.kind === "team" ? "users" : "user"} />
          <div className={styles.linkText}>
            <strong>{owner.is_you ? "You" : owner.name}</strong>
            <span>{owner.kind === "team" ? "It belongs to this team: everybody in it, by their role there" : "Owner"}</span>
          </div>
        </li>
        {items.map((grant) => (
          <GrantRow key={grant.id} workflowId={workflow.id} grant={grant} mayShare={mayShare} onDone={() => void reload()} />
        ))}
      </ul>
    </div>
  );
}

interface GrantRowProps {
  workflowId: string;
  grant: GrantOut;
  mayShare: boolean;
  onDone: () => void;
}

function GrantRow({ workflowId, grant, mayShare, onDone }: GrantRowProps) {
  const [isBusy, setBusy] = useState(false);
  const act = async (what: Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await what;
      onDone();
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
    setBusy(false);
  };
  return (
    <li className={styles.link}>
      <Icon name={grant.kind === "team" ? "users" : "user"} />
      <div className={styles.linkText}>
        <strong>{grant.name}</strong>
        <span>{GRANT_ROLES.find(({ value }) => value === grant.role)?.says}</span>
      </div>
      {mayShare ? (
        <>
          <div className={styles.role}>
            <Select aria-label={`Role of ${grant.name}`} options={GRANT_ROLES} value={grant.role} disabled={isBusy} onChange={(role) => void act(grantChange(workflowId, grant.id, role as GrantRole))} />
          </div>
          <Button small aria-label={`Remove ${grant.name}`} disabled={isBusy} onClick={() => void act(grantRemove(workflowId, grant.id))}>
            Remove
          </Button>
        </>
      ) : (
        <span className={styles.quiet}>{GRANT_ROLES.find(({ value }) => value === grant.role)?.label}</span>
      )}
    </li>
  );
}
