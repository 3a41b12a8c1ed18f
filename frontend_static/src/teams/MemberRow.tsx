import { useState } from "react";
import { asApiError } from "../api/client";
import { memberRemove, memberSet } from "../api/teams";
import type { RoleName, TeamDetail, TeamMember } from "../contracts/api";
import { Badge, Button, Dialog, IconButton, Select, toast } from "../ui";
import { mayAs, roleLabel, ROLES } from "./roles";
import styles from "./teams.module.css";

interface MemberRowProps {
  team: TeamDetail;
  member: TeamMember;
  onChanged: () => void;
}

/** Somebody in a team; who administers it changes their role. */
export function MemberRow({ team, member, onChanged }: MemberRowProps) {
  const [isAsking, setAsking] = useState(false);
  const manages = mayAs(team.role, "admin") && (member.role !== "owner" || team.role === "owner");
  const done = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
    onChanged();
  };
  return (
    <li className={styles.row}>
      <span className={styles.words}>
        <span className={styles.name}>
          {member.name}
          {member.is_you && <span className={styles.you}> (you)</span>}
        </span>
        {member.name !== member.email && <span className={styles.fact}>{member.email}</span>}
      </span>
      {manages ? (
        <span className={styles.controls}>
          <Select
            aria-label={`Role of ${member.name}`}
            options={ROLES.filter(({ value }) => mayAs(team.role, value))}
            value={member.role}
            onChange={(role) => void done(memberSet(team.id, member.id, role as RoleName))}
          />
          {!member.is_you && <IconButton icon="user-minus" label={`Remove ${member.name}`} onClick={() => setAsking(true)} />}
        </span>
      ) : (
        <Badge>{roleLabel(member.role)}</Badge>
      )}
      {isAsking && (
        <Dialog
          title={`Remove ${member.name}?`}
          lead="What they made in the team stays. They lose what they see through it, within seconds."
          onClose={() => setAsking(false)}
          foot={
            <>
              <Button onClick={() => setAsking(false)}>Cancel</Button>
              <Button kind="danger" onClick={() => (setAsking(false), void done(memberRemove(team.id, member.id)))}>Remove</Button>
            </>
          }
        />
      )}
    </li>
  );
}
