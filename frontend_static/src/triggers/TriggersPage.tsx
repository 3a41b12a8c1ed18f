import { useEffect, useState } from "react";
import { triggerList } from "../api/triggers";
import { useResource } from "../api/useResource";
import { draftGet } from "../api/workflows";
import bar from "../app/EditorBar.module.css";
import { Mark } from "../app/Mark";
import { OpenFailed } from "../app/OpeningEditor";
import { Link, navigate } from "../app/router";
import { ThemeButton } from "../app/ThemeButton";
import type { JsonObject, StartField, Trigger, TriggerKind, TriggerMade, WorkflowOut } from "../contracts/api";
import { Button, EmptyState, IconButton, Menu, Skeleton, type MenuEntry } from "../ui";
import { KIND_WORDS } from "./draft";
import { OutgoingSection } from "./OutgoingSection";
import { SecretDialog } from "./SecretDialog";
import { TriggerCard } from "./TriggerCard";
import { TriggerForm } from "./TriggerForm";
import styles from "./triggers.module.css";

interface Loaded {
  workflow: WorkflowOut;
  fields: StartField[];
}

const fetchWorkflow = async (workflowId: string, signal: AbortSignal): Promise<Loaded> => {
  const { workflow, document } = await draftGet(workflowId, { signal });
  const nodes = (document.nodes ?? []) as JsonObject[];
  const starts = nodes.filter(({ type }) => type === "start").flatMap(({ params }) => ((params as JsonObject | undefined)?.fields ?? []) as JsonObject[]);
  return { workflow, fields: starts as unknown as StartField[] };
};
const fetchTriggers = (workflowId: string, signal: AbortSignal) => triggerList(workflowId, { signal });

/** What starts runs of a workflow by itself. */
export default function TriggersPage({ workflowId }: { workflowId: string }) {
  const { state } = useResource(fetchWorkflow, workflowId);
  const name = state.kind === "ready" ? state.value.workflow.name : "";
  useEffect(() => {
    if (name !== "") document.title = `Triggers of ${name} – GraphApp`;
  }, [name]);
  if (state.kind === "failed") return <OpenFailed error={state.error} />;
  return (
    <div className={styles.page}>
      <header className={bar.bar}>
        <Link href="/" className={bar.home} aria-label="Home" title="Home">
          <Mark />
        </Link>
        <h1 className={bar.title}>{name === "" ? "Triggers" : `Triggers of ${name}`}</h1>
        <div className={bar.end}>
          <ThemeButton />
          <IconButton kind="secondary" icon="workflow" label="Open in editor" onClick={() => navigate(`/workflows/${encodeURIComponent(workflowId)}`)} />
        </div>
      </header>
      <main className={styles.scroll}>{state.kind === "ready" ? <Triggers loaded={state.value} workflowId={workflowId} /> : <Waiting />}</main>
    </div>
  );
}

function Waiting() {
  return (
    <div className={styles.column} aria-busy="true" aria-label="Triggers">
      <Skeleton width="40%" />
      <Skeleton height={120} />
    </div>
  );
}

interface Open {
  kind: TriggerKind;
  trigger: Trigger | null;
}

function Triggers({ loaded, workflowId }: { loaded: Loaded; workflowId: string }) {
  const { state, reload } = useResource(fetchTriggers, workflowId);
  const [open, setOpen] = useState<Open | null>(null);
  const [shown, setShown] = useState<TriggerMade | null>(null);
  const add: MenuEntry[] = (["webhook", "schedule", "form"] as const).map((kind) => ({ id: kind, label: KIND_WORDS[kind].title, icon: KIND_WORDS[kind].icon, perform: () => setOpen({ kind, trigger: null }) }));
  const done = (made: TriggerMade): void => {
    setOpen(null);
    void reload();
    if (made.kind === "webhook" && (made.secret !== "" || open?.trigger === null)) setShown(made);
  };
  const addButton = (
    <Menu entries={add} align="end">
      <Button kind="primary" icon="plus">
        Add trigger
      </Button>
    </Menu>
  );
  if (state.kind === "loading") return <Waiting />;
  if (state.kind === "failed") {
    return (
      <EmptyState icon="cloud-off" title="The triggers could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
        {state.error.message}
      </EmptyState>
    );
  }
  return (
    <div className={styles.column}>
      <div className={styles.top}>
        <p>What starts runs of this workflow by itself. Runs belong to whoever set a trigger up, and use their credentials.</p>
        {state.value.length > 0 && addButton}
      </div>
      {state.value.length === 0 && (
        <div className={styles.box}>
          <EmptyState icon="clock" title="No triggers yet" actions={addButton}>
            Let a webhook, a schedule or a form page start this workflow.
          </EmptyState>
        </div>
      )}
      <ul className={styles.cards}>
        {state.value.map((trigger) => (
          <TriggerCard key={trigger.id} trigger={trigger} onChange={() => void reload()} onEdit={() => setOpen({ kind: trigger.kind, trigger })} onShow={setShown} />
        ))}
      </ul>
      <OutgoingSection workflowId={workflowId} />
      {open && <TriggerForm {...open} workflowId={workflowId} newest={loaded.workflow.latest_version} onDone={done} onClose={() => setOpen(null)} />}
      {shown && <SecretDialog made={shown} fields={loaded.fields} onClose={() => setShown(null)} />}
    </div>
  );
}
