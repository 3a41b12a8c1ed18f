import { useDeferredValue, useState } from "react";
import { useResource } from "../api/useResource";
import { workflowList } from "../api/workflows";
import type { TemplateOut, WorkflowOut } from "../contracts/api";
import { SpacePicker, useSpace } from "../teams/SpacePicker";
import { useTeams } from "../teams/teams";
import { Button } from "../ui";
import { ConnectionBar } from "./ConnectionBar";
import { CreateDialog } from "./CreateDialog";
import { FilesMenu } from "./FilesMenu";
import styles from "./HomePage.module.css";
import { latestRuns, RECENT, fetchRecentRuns, useRefreshWhileActive } from "./recent";
import { RecentRuns } from "./RecentRuns";
import { Templates } from "./Templates";
import { WorkflowList } from "./WorkflowList";

/** The space and what is searched for, apart by a line break: neither holds one. */
const fetchWorkflows = (wanted: string, signal: AbortSignal) => {
  const [space = "", search = ""] = wanted.split("\n");
  return workflowList(search, { signal, space });
};

/** What a person owns, alone or in a team, what was shared with them, and what ran of it lately. */
export function HomePage() {
  const [search, setSearch] = useState("");
  const [creating, setCreating] = useState<{ template: TemplateOut | null } | null>(null);
  const createEmpty = (): void => setCreating({ template: null });
  const wanted = useDeferredValue(search.trim());
  const space = useSpace();
  const teams = useTeams();
  const workflows = useResource(fetchWorkflows, `${space}\n${wanted}`);
  const runs = useResource(fetchRecentRuns, RECENT);
  useRefreshWhileActive(runs.state, runs.reload);
  const change = (next: WorkflowOut): void => workflows.update((page) => ({ ...page, items: page.items.map((one) => (one.id === next.id ? next : one)) }));
  const remove = (id: string): void => workflows.update((page) => ({ total: page.total - 1, items: page.items.filter((one) => one.id !== id) }));
  const add = (one: WorkflowOut): void => workflows.update((page) => ({ total: page.total + 1, items: [one, ...page.items] }));

  return (
    <main className={styles.page}>
      <ConnectionBar />
      <div className={styles.head}>
        <h1 className={styles.title}>Workflows</h1>
        <div className={styles.tools}>
          <input type="search" className={styles.search} placeholder="Search workflows" aria-label="Search workflows" value={search} onChange={(event) => setSearch(event.target.value)} />
          <FilesMenu onImported={() => void workflows.reload()} />
          <Button kind="primary" icon="plus" onClick={createEmpty}>
            New workflow
          </Button>
        </div>
      </div>
      <SpacePicker teams={teams} />
      <div className={styles.columns}>
        <WorkflowList
          state={workflows.state}
          search={wanted}
          space={space}
          runs={latestRuns(runs.state)}
          actions={{ change, remove, add, reload: () => void workflows.reload(), create: createEmpty, clearSearch: () => setSearch("") }}
        />
        <RecentRuns state={runs.state} onRetry={() => void runs.reload()} />
      </div>
      <Templates onChoose={(template) => setCreating({ template })} />
      {creating && <CreateDialog template={creating.template} teams={teams} space={space} onClose={() => setCreating(null)} />}
    </main>
  );
}
