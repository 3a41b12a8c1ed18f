import { useState } from "react";
import { linkList } from "../api/links";
import { useResource, type Resource } from "../api/useResource";
import type { LinkMade, LinkOut, WorkflowOut } from "../contracts/api";
import { Button, Dialog, Skeleton, Tabs } from "../ui";
import { LinkRow } from "./LinkRow";
import { MadeLink } from "./MadeLink";
import { NewLink } from "./NewLink";
import { PeopleTab } from "./PeopleTab";
import styles from "./share.module.css";

interface ShareDialogProps {
  workflow: Pick<WorkflowOut, "id" | "name" | "role">;
  onPublish: () => void;
  onClose: () => void;
}

const fetchLinks = (workflowId: string, signal: AbortSignal) => linkList(workflowId, { signal });

/** Who gets at this workflow through a link, and new links. */
export default function ShareDialog({ workflow, onPublish, onClose }: ShareDialogProps) {
  const { state, reload, update } = useResource(fetchLinks, workflow.id);
  const [tab, setTab] = useState("links");
  const [step, setStep] = useState<"list" | "new" | LinkMade>("list");
  if (step === "new") {
    return (
      <NewLink
        workflow={workflow}
        onMade={(made) => {
          setStep(made);
          void reload();
        }}
        onPublish={onPublish}
        onBack={() => setStep("list")}
        onClose={onClose}
      />
    );
  }
  if (step !== "list") return <MadeLink link={step} onBack={() => setStep("list")} onClose={onClose} />;
  const changed = (link: LinkOut): void => update(({ items }) => ({ items: items.map((one) => (one.id === link.id ? link : one)) }));
  const foot = (
    <>
      <Button onClick={onClose}>Done</Button>
      {tab === "links" && (
        <Button kind="primary" icon="plus" onClick={() => setStep("new")}>
          New link
        </Button>
      )}
    </>
  );
  return (
    <Dialog title={`Share ${workflow.name}`} wide onClose={onClose} foot={foot}>
      <Tabs
        label="How it is shared"
        value={tab}
        onChange={setTab}
        tabs={[
          { id: "links", label: "Links", content: <LinksTab workflowId={workflow.id} state={state} reload={reload} onChanged={changed} /> },
          { id: "people", label: "People and teams", content: <PeopleTab workflow={workflow} /> },
        ]}
      />
    </Dialog>
  );
}

interface LinksTabProps {
  workflowId: string;
  state: Resource<{ items: LinkOut[] }>;
  reload: () => Promise<void>;
  onChanged: (link: LinkOut) => void;
}

function LinksTab({ workflowId, state, reload, onChanged }: LinksTabProps) {
  return (
    <div className={styles.tab}>
      <p className={styles.quiet}>A link works for whoever holds it, without an account. It shows what is published, never the draft.</p>
      {state.kind === "loading" && <Skeleton width="100%" height={56} />}
      {state.kind === "failed" && (
        <p role="alert" className={styles.problem}>
          {state.error.message} <Button small onClick={() => void reload()}>Try again</Button>
        </p>
      )}
      {state.kind === "ready" && state.value.items.length === 0 && <Nothing />}
      {state.kind === "ready" && state.value.items.length > 0 && (
        <ul className={styles.links} aria-label="Links">
          {state.value.items.map((link) => (
            <LinkRow key={link.id} workflowId={workflowId} link={link} onChanged={onChanged} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Nothing() {
  return (
    <div className={styles.nothing}>
      <strong>There are no links yet</strong>
      <p>Let others look at the graph, run it as a form, or copy it into a workspace of their own. The replay of one run is shared from that run.</p>
    </div>
  );
}
