import type { Resource } from "../api/useResource";
import type { Page, RunSummary, WorkflowOut } from "../contracts/api";
import { Button, EmptyState, Skeleton } from "../ui";
import styles from "./WorkflowList.module.css";
import { WorkflowRow } from "./WorkflowRow";

export interface WorkflowActions {
  change: (next: WorkflowOut) => void;
  remove: (id: string) => void;
  add: (one: WorkflowOut) => void;
  reload: () => void;
  create: () => void;
  clearSearch: () => void;
}

interface WorkflowListProps {
  state: Resource<Page<WorkflowOut>>;
  search: string;
  space: string;
  runs: ReadonlyMap<string, RunSummary>;
  actions: WorkflowActions;
}

export function WorkflowList({ state, search, space, runs, actions }: WorkflowListProps) {
  if (state.kind === "loading") return <Loading />;
  if (state.kind === "failed") {
    return (
      <section className={styles.box}>
        <EmptyState
          icon="cloud-off"
          title="The workflows could not be loaded"
          actions={
            <Button icon="refresh-cw" onClick={actions.reload}>
              Try again
            </Button>
          }
        >
          {state.error.message}
        </EmptyState>
      </section>
    );
  }
  if (state.value.items.length === 0) {
    if (search !== "") return <NoMatch search={search} onClear={actions.clearSearch} />;
    return space === "" || space === "mine" ? <First onCreate={actions.create} /> : <NoneHere space={space} onCreate={actions.create} />;
  }
  const isNew = search === "" && (space === "" || space === "mine") && state.value.items.length <= FEW;
  return (
    <section className={styles.box} aria-label="Workflows">
      <div className={styles.labels} aria-hidden>
        <span>Name</span>
        <span>Last run</span>
        <span>Changed</span>
        <span />
      </div>
      <ul>
        {state.value.items.map((workflow) => (
          <WorkflowRow key={workflow.id} workflow={workflow} lastRun={runs.get(workflow.id) ?? workflow.last_run} actions={actions} />
        ))}
      </ul>
      {isNew && <Steps />}
    </section>
  );
}

/** With so few workflows somebody may be new here. */
const FEW = 2;

function Loading() {
  return (
    <section className={styles.box} aria-busy="true" aria-label="Workflows">
      {[58, 44, 66, 50, 38].map((width) => (
        <div key={width} className={styles.loading}>
          <Skeleton width={88} height={48} />
          <Skeleton width={`${width}%`} />
        </div>
      ))}
    </section>
  );
}

const STEPS = [
  { icon: "1", title: "Wire nodes", text: "models, code, HTTP calls, routers, loops" },
  { icon: "2", title: "Press Run", text: "every node lights up as it works" },
  { icon: "3", title: "See why", text: "what each node received, gave and cost" },
];

function First({ onCreate }: { onCreate: () => void }) {
  return (
    <section className={styles.box}>
      <EmptyState
        icon="workflow"
        title="Your first workflow"
        actions={
          <Button kind="primary" icon="plus" onClick={onCreate}>
            New workflow
          </Button>
        }
      >
        A workflow is a graph of steps that you draw once and run as often as you like.
      </EmptyState>
      <Steps />
    </section>
  );
}

function Steps() {
  return (
    <ol className={styles.steps}>
      {STEPS.map((step) => (
        <li key={step.title} className={styles.step}>
          <span className={styles.stepNumber} aria-hidden>
            {step.icon}
          </span>
          <strong>{step.title}</strong>
          <span>{step.text}</span>
        </li>
      ))}
    </ol>
  );
}

function NoneHere({ space, onCreate }: { space: string; onCreate: () => void }) {
  const isShared = space === "shared";
  const create = (
    <Button kind="primary" icon="plus" onClick={onCreate}>
      New workflow
    </Button>
  );
  return (
    <section className={styles.box}>
      <EmptyState icon="users" title={isShared ? "Nothing is shared with you yet" : "This team has no workflow yet"} actions={isShared ? undefined : create}>
        {isShared ? "What others share with you, or with a team of yours, is found here." : "Make one here, or move one of yours to the team from its menu."}
      </EmptyState>
    </section>
  );
}

function NoMatch({ search, onClear }: { search: string; onClear: () => void }) {
  return (
    <section className={styles.box}>
      <EmptyState icon="search" title="Nothing found" actions={<Button onClick={onClear}>Clear the search</Button>}>
        No workflow has “{search}” in its name or description.
      </EmptyState>
    </section>
  );
}
