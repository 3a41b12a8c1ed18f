import { lazy, Suspense } from "react";
import { useDocument, useEditor } from "../actions/editor";
import { keysOf, perform } from "../actions/registry";
import type { WorkflowOut } from "../contracts/api";
import { ProblemsButton } from "../problems/ProblemsButton";
import { Badge, Button, IconButton, Menu, type MenuEntry } from "../ui";
import styles from "./EditorBar.module.css";
import { Mark } from "./Mark";
import { Link, navigate } from "./router";
import { RunButton } from "./RunButton";
import { SaveMark } from "./SaveMark";
import { setTheme, useTheme } from "./theme";
import { Trail } from "./Trail";
import { WorkflowName } from "./WorkflowName";

const LiveVersion = lazy(() => import("./LiveVersion"));
const Presence = lazy(() => import("./Presence"));

interface EditorBarProps {
  workflow: WorkflowOut;
  onWorkflow: (workflow: WorkflowOut) => void;
}

export function EditorBar({ workflow, onWorkflow }: EditorBarProps) {
  const editor = useEditor();
  const { ui, autosave } = editor;
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.home} aria-label="Home" title="Home">
        <Mark />
      </Link>
      <Trail />
      <h1 className="visually-hidden">{workflow.name}</h1>
      <WorkflowName workflow={workflow} onWorkflow={onWorkflow} />
      {workflow.latest_version !== null && (
        <Suspense fallback={<Badge>v{workflow.latest_version}</Badge>}>
          <LiveVersion number={workflow.latest_version} />
        </Suspense>
      )}
      {autosave && <SaveMark autosave={autosave} />}
      <div className={styles.end}>
        {autosave && (
          <Suspense fallback={null}>
            <Presence key={workflow.id} />
          </Suspense>
        )}
        <ProblemsButton />
        <UndoButtons />
        <MoreMenu />
        <Button className={styles.publish ?? ""} onClick={() => ui.setState({ dialog: "share" })}>
          Share
        </Button>
        <Button className={styles.publish ?? ""} onClick={() => ui.setState({ dialog: "publish" })}>
          Publish
        </Button>
        <RunButton />
      </div>
    </header>
  );
}

function UndoButtons() {
  const editor = useEditor();
  const canUndo = useDocument((view) => view.canUndo);
  const canRedo = useDocument((view) => view.canRedo);
  return (
    <span className={styles.undo}>
      <IconButton icon="undo-2" label="Undo" keys={keysOf("edit.undo")} disabled={!canUndo} onClick={() => perform(editor, "edit.undo")} />
      <IconButton icon="redo-2" label="Redo" keys={keysOf("edit.redo")} disabled={!canRedo} onClick={() => perform(editor, "edit.redo")} />
    </span>
  );
}

function MoreMenu() {
  const editor = useEditor();
  const { ui, workflowId } = editor;
  const theme = useTheme();
  const themes: MenuEntry[] = (["system", "light", "dark"] as const).map((one) => ({
    id: one,
    label: { system: "As the system", light: "Light", dark: "Dark" }[one],
    icon: { system: "monitor", light: "sun", dark: "moon" }[one],
    keys: one === theme ? "✓" : undefined,
    perform: () => setTheme(one),
  }));
  const entries: MenuEntry[] = [
    { id: "commands", label: "Search everything", icon: "search", keys: keysOf("help.commands"), perform: () => perform(editor, "help.commands") },
    { id: "settings", label: "Workflow settings", icon: "settings-2", perform: () => ui.setState({ dialog: "settings" }) },
    { id: "forecast", label: "Forecast cost and time", icon: "coins", perform: () => perform(editor, "run.forecast") },
    { id: "share", label: "Share", icon: "share-2", keys: keysOf("workflow.share"), perform: () => ui.setState({ dialog: "share" }) },
    { id: "publish", label: "Publish a version", icon: "rocket", perform: () => ui.setState({ dialog: "publish" }) },
    { id: "triggers", label: "Triggers", icon: "clock", perform: () => perform(editor, "workflow.triggers") },
    { id: "history", label: "History", icon: "history", perform: () => navigate(`/workflows/${encodeURIComponent(workflowId)}/history`) },
    { id: "runs", label: "All runs", icon: "list", perform: () => navigate(`/runs?workflow=${encodeURIComponent(workflowId)}`) },
    { id: "tour", label: "Take the tour", icon: "lightbulb", perform: () => perform(editor, "help.tour") },
    { id: "shortcuts", label: "Keyboard shortcuts", icon: "keyboard", keys: "?", perform: () => ui.setState({ dialog: "shortcuts" }) },
    { kind: "line", id: "line" },
    { kind: "label", id: "theme", label: "Theme" },
    ...themes,
  ];
  return (
    <Menu entries={entries} align="end">
      <IconButton icon="ellipsis" label="More" />
    </Menu>
  );
}

