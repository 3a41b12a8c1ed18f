import { lazy, Suspense } from "react";
import { useDocument, useEditor, useProblems } from "../actions/editor";
import { keysOf, perform } from "../actions/registry";
import { isRunning, startFields } from "../actions/run";
import { runActions, useRunPart } from "../runs/useRun";
import { Button, Tooltip } from "../ui";
import styles from "./EditorBar.module.css";

/** Whatever keeps the forecast from being loaded must not keep the run from being started. */
const part = (name: "RunForecast" | "RunForecastMark") =>
  lazy(() => import("../runpanel/RunForecast").then((module) => ({ default: module[name] }), () => ({ default: () => null })));
const RunForecast = part("RunForecast");
const RunForecastMark = part("RunForecastMark");

/** Nothing rests on a button there. */
const isTouch = window.matchMedia("(hover: none)").matches;
const FORECAST_ID = "run-forecast";

export function RunButton() {
  const editor = useEditor();
  const isUnderWay = useRunPart(isRunning);
  const errors = useProblems((index) => index.errors);
  const isAsking = useDocument(({ nodes }) => startFields(nodes).length > 0);
  if (isUnderWay) {
    return (
      <Button icon="circle-stop" onClick={() => void runActions.cancel()} title={`Cancel the run (${keysOf("run.cancel")})`}>
        Cancel
      </Button>
    );
  }
  const title = errors > 0 ? `${errors} ${errors === 1 ? "problem keeps" : "problems keep"} this from running` : `Run the draft (${keysOf("run.start")})`;
  const { workflowId, autosave } = editor;
  // A form that asks for the input shows the forecast itself; what cannot run has none.
  const place = errors === 0 && !isAsking && autosave ? { workflowId, autosave } : null;
  const isMarked = isTouch && place !== null;
  const text = (
    <>
      {title}
      {place && (
        <Suspense fallback={null}>
          <RunForecast {...place} />
        </Suspense>
      )}
    </>
  );
  return (
    <span className={styles.run}>
      <Tooltip text={text}>
        <Button kind="primary" icon="play" data-tour="run" onClick={() => perform(editor, "run.start")} {...(isMarked && { "aria-describedby": FORECAST_ID })}>
          Run
        </Button>
      </Tooltip>
      {isMarked && (
        <span id={FORECAST_ID}>
          <Suspense fallback={null}>
            <RunForecastMark {...place} />
          </Suspense>
        </span>
      )}
    </span>
  );
}
