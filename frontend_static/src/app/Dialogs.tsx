import { lazy, Suspense, useEffect } from "react";
import { useStore } from "zustand";
import { useEditor, useUi } from "../actions/editor";
import { startFields, startRun } from "../actions/run";
import type { StartField, WorkflowOut } from "../contracts/api";

const StartForm = lazy(() => import("../runpanel/StartForm").then((module) => ({ default: module.StartForm })));
const PublishDialog = lazy(() => import("./PublishDialog").then((module) => ({ default: module.PublishDialog })));
const ShareDialog = lazy(() => import("../share/ShareDialog"));
const SettingsDialog = lazy(() => import("./SettingsDialog").then((module) => ({ default: module.SettingsDialog })));
const ShortcutsDialog = lazy(() => import("./ShortcutsDialog").then((module) => ({ default: module.ShortcutsDialog })));
const loadCommands = () => import("./CommandDialog").then((module) => ({ default: module.CommandDialog }));
const CommandDialog = lazy(loadCommands);
const ConnectDialog = lazy(() => import("./ConnectDialog").then((module) => ({ default: module.ConnectDialog })));
const ExtractDialog = lazy(() => import("./ExtractDialog").then((module) => ({ default: module.ExtractDialog })));
const ConflictDialog = lazy(() => import("./ConflictDialog").then((module) => ({ default: module.ConflictDialog })));

/** Whoever presses Ctrl+K types on at once: by then the search is there. */
const SOON_MS = 1500;

interface DialogsProps {
  workflow: WorkflowOut;
  onWorkflow: (workflow: WorkflowOut) => void;
}

/** The dialogs of the editor, each loaded when it is first asked for. */
export function Dialogs({ workflow, onWorkflow }: DialogsProps) {
  const { autosave } = useEditor();
  useEffect(() => {
    const timer = window.setTimeout(() => void loadCommands().catch(() => undefined), SOON_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <Suspense fallback={null}>
      <Asked workflow={workflow} onWorkflow={onWorkflow} />
      {autosave && <OnConflict autosave={autosave} />}
    </Suspense>
  );
}

function Asked({ workflow, onWorkflow }: DialogsProps) {
  const editor = useEditor();
  const dialog = useUi((state) => state.dialog);
  const close = (): void => editor.ui.setState({ dialog: null });
  switch (dialog) {
    case null:
      return null;
    case "start": {
      const fields = startFields(editor.store.view.getState().nodes) as unknown as StartField[];
      return <StartForm workflowId={editor.workflowId} fields={fields} onRun={(input) => startRun(editor, input)} onClose={close} />;
    }
    case "publish":
      return <PublishDialog workflow={workflow} onPublished={(number) => onWorkflow({ ...workflow, latest_version: number })} onClose={close} />;
    case "share":
      return <ShareDialog workflow={workflow} onPublish={() => editor.ui.setState({ dialog: "publish" })} onClose={close} />;
    case "settings":
      return <SettingsDialog onClose={close} />;
    case "shortcuts":
      return <ShortcutsDialog onClose={close} />;
    case "connect":
      return <ConnectDialog onClose={close} />;
    case "extract":
      return <ExtractDialog workflow={workflow} onClose={close} />;
    case "commands":
    case "find":
      return <CommandDialog key={dialog} isFind={dialog === "find"} onClose={close} />;
  }
}

function OnConflict({ autosave }: { autosave: NonNullable<ReturnType<typeof useEditor>["autosave"]> }) {
  const isConflict = useStore(autosave.state, (state) => state.kind === "conflict");
  return isConflict ? <ConflictDialog /> : null;
}
