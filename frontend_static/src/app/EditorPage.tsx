import { useEffect, useState } from "react";
import { EditorContext } from "../actions/editor";
import { asApiError, isAbort, type ApiError } from "../api/client";
import type { WorkflowOut } from "../contracts/api";
import { runActions, runStore } from "../runs/useRun";
import { runOf } from "../runs/view";
import { EditorView } from "./EditorView";
import { openDraft, type OpenedDraft } from "./openEditor";
import { OpenFailed, OpeningEditor } from "./OpeningEditor";
import { guardLeaving, usePlace } from "./router";
import { keepShelved, leave, takeDown } from "./shelf";

type State = { kind: "loading" } | { kind: "failed"; error: ApiError } | { kind: "ready"; opened: OpenedDraft };

/** A workflow's draft, to be changed and run. */
export default function EditorPage({ workflowId }: { workflowId: string }) {
  const [state, setState] = useState<State>({ kind: "loading" });
  useEffect(() => {
    const controller = new AbortController();
    const left = takeDown(workflowId);
    let opened: OpenedDraft | undefined;
    (left ? Promise.resolve(left) : openDraft(workflowId, controller.signal)).then(
      (ready) => {
        opened = ready;
        if (controller.signal.aborted) leave(workflowId, ready);
        else setState({ kind: "ready", opened: ready });
      },
      (thrown: unknown) => !isAbort(thrown) && !controller.signal.aborted && setState({ kind: "failed", error: asApiError(thrown) }),
    );
    return () => {
      controller.abort();
      leave(workflowId, opened);
    };
  }, [workflowId]);
  useOpenRun(workflowId);

  if (state.kind === "loading") return <OpeningEditor />;
  if (state.kind === "failed") return <OpenFailed error={state.error} />;
  return <Ready opened={state.opened} />;
}

function Ready({ opened }: { opened: OpenedDraft }) {
  const [workflow, setWorkflow] = useState<WorkflowOut>(opened.draft.workflow);
  const { autosave } = opened.editor;
  const change = (next: WorkflowOut): void => {
    opened.draft.workflow = next;
    setWorkflow(next);
  };
  useEffect(() => {
    // A page that goes keeps what is not saved, and it comes back with the workflow. Only where there is no room it asks to stay.
    const onLeave = (event: BeforeUnloadEvent): void => {
      const isKept = autosave?.keepAtOnce() ?? true;
      if (!keepShelved() || !isKept) event.preventDefault();
    };
    const onGone = (): void => void [autosave?.keepAtOnce(), keepShelved()];
    const onHide = (): void => {
      if (document.visibilityState !== "hidden" || !autosave?.hasUnsaved) return;
      autosave.keepAtOnce();
      void autosave.flush();
    };
    const onOnline = (): void => void (autosave?.hasUnsaved && autosave.flush());
    const lift = guardLeaving(() => {
      if (autosave?.hasUnsaved) void autosave.flush();
      return true;
    });
    window.addEventListener("beforeunload", onLeave);
    window.addEventListener("pagehide", onGone);
    window.addEventListener("online", onOnline);
    document.addEventListener("visibilitychange", onHide);
    return () => {
      lift();
      window.removeEventListener("beforeunload", onLeave);
      window.removeEventListener("pagehide", onGone);
      window.removeEventListener("online", onOnline);
      document.removeEventListener("visibilitychange", onHide);
    };
  }, [autosave]);
  useEffect(() => {
    document.title = `${workflow.name} – GraphApp`;
  }, [workflow.name]);
  return (
    <EditorContext value={opened.editor}>
      <EditorView workflow={workflow} onWorkflow={change} />
    </EditorContext>
  );
}

/** `?run=<id>` shows a run on the graph, else the one that is under way; leaving the page lets go of it. */
function useOpenRun(workflowId: string): void {
  const { query } = usePlace();
  const runId = query.get("run");
  useEffect(() => {
    const controller = new AbortController();
    if (runId) void runActions.open(runId);
    else runActions.openActive(workflowId, controller.signal).catch(() => undefined);
    return () => controller.abort();
  }, [runId, workflowId]);
  useEffect(() => {
    const stop = runStore.subscribeView(keepRunInAddress);
    return () => {
      stop();
      runActions.close();
    };
  }, []);
}

/** The address names the run that is shown, so that a reload shows it again, and so that it can be sent to somebody. */
function keepRunInAddress(): void {
  const view = runStore.getView();
  if (view.kind === "loading" || view.kind === "starting" || view.kind === "unavailable") return;
  const address = new URL(window.location.href);
  const run = runOf(view);
  if (run) address.searchParams.set("run", run.id);
  else address.searchParams.delete("run");
  if (address.href !== window.location.href) window.history.replaceState(window.history.state, "", address);
}
