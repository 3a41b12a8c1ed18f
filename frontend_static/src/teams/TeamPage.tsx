import { useState } from "react";
import { asApiError } from "../api/client";
import { invitationWithdraw, teamGet } from "../api/teams";
import { useResource } from "../api/useResource";
import { Link } from "../app/router";
import type { TeamDetail, TeamInvitation } from "../contracts/api";
import { Button, EmptyState, formatAgo, IconButton, Skeleton, toast } from "../ui";
import { InviteDialog } from "./InviteDialog";
import { MemberRow } from "./MemberRow";
import { mayAs, roleLabel } from "./roles";
import { TeamBudget } from "./TeamBudget";
import { TeamDialogs, type TeamDialog } from "./TeamDialogs";
import styles from "./teams.module.css";

const fetchTeam = (id: string, signal: AbortSignal): Promise<TeamDetail> => teamGet(id, { signal });

/** One team: who is in it, who is invited, and what it owns. */
export default function TeamPage({ teamId }: { teamId: string }) {
  const { state, reload } = useResource(fetchTeam, teamId);
  if (state.kind === "ready") return <Loaded team={state.value} reload={() => void reload()} />;
  return (
    <main className={styles.page}>
      {state.kind === "loading" ? (
        <section className={styles.box} aria-busy="true" aria-label="Team">
          <div className={styles.loading}>
            <Skeleton width="30%" />
            <Skeleton width="60%" />
          </div>
        </section>
      ) : (
        <section className={styles.box}>
          <EmptyState icon="cloud-off" title="The team could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
            {state.error.message}
          </EmptyState>
        </section>
      )}
    </main>
  );
}

function Loaded({ team, reload }: { team: TeamDetail; reload: () => void }) {
  const [dialog, setDialog] = useState<TeamDialog | "invite" | null>(null);
  const manages = mayAs(team.role, "admin");
  return (
    <main className={styles.page}>
      <p className={styles.trail}>
        <Link href="/teams">Teams</Link>
      </p>
      <div className={styles.top}>
        <h1 className={styles.title}>{team.name}</h1>
        {manages && <IconButton icon="pencil" label="Rename the team" onClick={() => setDialog("rename")} />}
      </div>
      <ul className={styles.links}>
        <li><Link href={`/?space=${team.id}`}>Workflows</Link></li>
        <li><Link href={`/knowledge?space=${team.id}`}>Knowledge</Link></li>
        {mayAs(team.role, "editor") && <li><Link href={`/settings/models?team=${team.id}`}>Models and credentials</Link></li>}
      </ul>
      <section className={styles.box} aria-labelledby="members">
        <header className={styles.head}>
          <h2 id="members">Members</h2>
          {manages && <Button icon="user-plus" kind="primary" onClick={() => setDialog("invite")}>Invite</Button>}
        </header>
        <ul>
          {team.people.map((member) => (
            <MemberRow key={member.id} team={team} member={member} onChanged={reload} />
          ))}
        </ul>
      </section>
      {team.invitations.length > 0 && (
        <section className={styles.box} aria-labelledby="invited">
          <header className={styles.head}>
            <h2 id="invited">Invited</h2>
          </header>
          <ul>
            {team.invitations.map((one) => (
              <Invited key={one.id} team={team} invitation={one} onChanged={reload} />
            ))}
          </ul>
        </section>
      )}
      <TeamBudget team={team} />
      <div className={styles.leave}>
        <Button icon="log-out" onClick={() => setDialog("leave")}>Leave the team</Button>
        {team.role === "owner" && <Button icon="trash-2" onClick={() => setDialog("delete")}>Delete the team</Button>}
      </div>
      {dialog === "invite" && <InviteDialog team={team} onDone={reload} onClose={() => setDialog(null)} />}
      {dialog !== null && dialog !== "invite" && <TeamDialogs dialog={dialog} team={team} onDone={reload} onClose={() => setDialog(null)} />}
    </main>
  );
}

function Invited({ team, invitation, onChanged }: { team: TeamDetail; invitation: TeamInvitation; onChanged: () => void }) {
  const withdraw = async (): Promise<void> => {
    try {
      await invitationWithdraw(team.id, invitation.id);
      onChanged();
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
  };
  const isOver = new Date(invitation.expires_at).getTime() < Date.now();
  return (
    <li className={styles.row}>
      <span className={styles.words}>
        <span className={styles.name}>{invitation.email}</span>
        <span className={styles.fact}>
          as {roleLabel(invitation.role).toLowerCase()} · {isOver ? `expired ${formatAgo(invitation.expires_at)}` : `good until ${new Date(invitation.expires_at).toLocaleDateString()}`}
        </span>
      </span>
      <Button small onClick={() => void withdraw()}>Withdraw</Button>
    </li>
  );
}
