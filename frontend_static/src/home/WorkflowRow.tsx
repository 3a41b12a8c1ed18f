import { useState } from "react";
import { asApiError } from "../api/client";
import { exportFile } from "../api/files";
import { workflowDuplicate } from "../api/workflows";
import { Link, navigate } from "../app/router";
import type { RunStatus, WorkflowOut } from "../contracts/api";
import { formatAgo, IconButton, Menu, StatusMark, toast, type MenuEntry } from "../ui";
import { LazyMove } from "../teams/LazyMove";
import { mayAs } from "../teams/roles";
import { DeleteDialog } from "./DeleteDialog";
import { GraphThumb } from "./GraphThumb";
import { RenameDialog } from "./RenameDialog";
import type { WorkflowActions } from "./WorkflowList";
import styles from "./WorkflowList.module.css";

interface WorkflowRowProps {
  workflow: WorkflowOut;
  lastRun: { id: string; status: RunStatus; created_at: string } | null;
  actions: WorkflowActions;
}

export function WorkflowRow({ workflow, lastRun, actions }: WorkflowRowProps) {
  const [dialog, setDialog] = useState<"rename" | "move" | "delete" | null>(null);
  const href = `/workflows/${workflow.id}`;
  const duplicate = async (): Promise<void> => {
    try {
      const copy = await workflowDuplicate(workflow.id);
      actions.add(copy);
      toast({ tone: "ok", text: `Made “${copy.name}”.`, action: { label: "Open", perform: () => navigate(`/workflows/${copy.id}`) } });
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
  };
  const entries: MenuEntry[] = [
    { id: "open", label: "Open", icon: "arrow-right", perform: () => navigate(href) },
    ...(mayAs(workflow.role, "editor") ? [{ id: "rename", label: "Rename…", icon: "pencil", perform: () => setDialog("rename") }] : []),
    { id: "duplicate", label: "Duplicate", icon: "copy", perform: () => void duplicate() },
    { id: "export", label: "Export to a file", icon: "download", perform: () => window.location.assign(exportFile(workflow.id)) },
    { id: "runs", label: "All its runs", icon: "history", perform: () => navigate(`/runs?workflow=${workflow.id}`) },
    ...(mayAs(workflow.role, "admin")
      ? [
          { id: "move", label: "Move to…", icon: "folder-input", perform: () => setDialog("move") },
          { kind: "line" as const, id: "line" },
          { id: "delete", label: "Delete…", icon: "trash-2", danger: true, perform: () => setDialog("delete") },
        ]
      : []),
  ];
  return (
    <li className={styles.row}>
      <Link href={href} className={styles.name}>
        <GraphThumb workflowId={workflow.id} revision={workflow.revision} nodeCount={workflow.node_count} />
        <span className={styles.words}>
          <span className={styles.title}>{workflow.name}</span>
          <span className={styles.about}>{about(workflow)}</span>
        </span>
      </Link>
      {lastRun === null ? (
        <span className={styles.never}>Never run</span>
      ) : (
        <Link href={`${href}?run=${lastRun.id}`} className={styles.last} title={`Open the run of ${new Date(lastRun.created_at).toLocaleString()}`}>
          <StatusMark status={lastRun.status} word />
          <span className={styles.ago}>{formatAgo(lastRun.created_at)}</span>
        </Link>
      )}
      <time className={styles.changed} dateTime={workflow.updated_at} title={new Date(workflow.updated_at).toLocaleString()}>
        {formatAgo(workflow.updated_at)}
      </time>
      <Menu entries={entries} align="end">
        <IconButton small icon="ellipsis" label={`More about ${workflow.name}`} />
      </Menu>
      {dialog === "rename" && <RenameDialog workflow={workflow} onDone={actions.change} onClose={() => setDialog(null)} />}
      {dialog === "move" && <LazyMove kind="workflows" thing={workflow} onDone={actions.reload} onClose={() => setDialog(null)} />}
      {dialog === "delete" && <DeleteDialog workflow={workflow} onDone={() => actions.remove(workflow.id)} onClose={() => setDialog(null)} />}
    </li>
  );
}

function about(workflow: WorkflowOut): string {
  const nodes = workflow.node_count === 0 ? "Empty" : workflow.node_count === 1 ? "1 node" : `${workflow.node_count.toLocaleString("en-US")} nodes`;
  const version = workflow.latest_version === null ? "" : ` · v${workflow.latest_version}`;
  const whose = workflow.belongs_to.is_you ? "" : `${workflow.belongs_to.name} · `;
  return `${whose}${nodes}${version}${workflow.description ? ` · ${workflow.description}` : ""}`;
}
