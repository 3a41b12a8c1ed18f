import { useCallback, useState } from "react";
import { ApiError, asApiError } from "../api/client";
import { useConnectivity } from "../api/connectivity";
import { nodeRunGet, runDocument, runForesee } from "../api/runs";
import { useResource } from "../api/useResource";
import type { ForeseenOut, JsonObject, PreviewOut, ResumeIn } from "../contracts/api";
import { formatCost } from "../runs/format";
import { splitKey } from "../runs/types";
import { runActions } from "../runs/useRun";
import { Badge, Button, Dialog, Field, FieldNotes, Icon, Select, Skeleton } from "../ui";
import { Forecast } from "./ForecastLine";
import { JsonEdit, type Draft } from "./JsonEdit";
import styles from "./ResumeDialog.module.css";
import type { NodeName } from "./timeline";
import { bodyOf, changed, groups, knownCost, parseEdits, placeOf, type Group, type Wish } from "./wish";

interface ResumeDialogProps {
  wish: Wish;
  nodes: readonly NodeName[];
  /** Has the draft saved before it is asked for; false when it could not be. */
  saveDraft: (() => Promise<boolean>) | null;
  onStarted: (runId: string) => void;
  onClose: () => void;
}

const VERSIONS = [
  { value: "draft", label: "The workflow as it is now" },
  { value: "same", label: "Exactly what ran" },
];

/** Before going on from a run: what will run, what is taken over, what may happen twice, what it costs. */
export function ResumeDialog({ wish, nodes, saveDraft, onStarted, onClose }: ResumeDialogProps) {
  const [version, setVersion] = useState<"same" | "draft">("draft");
  const [input, setInput] = useState<Draft | null>(null);
  const [settings, setSettings] = useState<Draft | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isOffline = useConnectivity() === "offline";
  const name = (id: string): string => nodes.find((one) => one.id === id)?.name || id;
  const edited = wish.edit === null ? null : { key: wish.edit, id: splitKey(wish.edit).nodeId };
  const inputRead = input && parseEdits(input.text);
  const settingsRead = version === "same" && settings ? parseEdits(settings.text) : null;
  const isUnreadable = inputRead?.kind === "invalid" || settingsRead?.kind === "invalid";

  const body = (): ResumeIn => {
    const values = input && inputRead?.kind === "ok" ? changed(input.before, inputRead.value) : {};
    const edits = edited && Object.keys(values).length > 0 ? { [edited.key]: values } : {};
    const params = edited && settings && settingsRead?.kind === "ok" && settings.text !== JSON.stringify(settings.before, null, 2) ? { [edited.id]: settingsRead.value } : {};
    return { ...bodyOf(wish, version, edits), params };
  };
  const go = async (): Promise<void> => {
    if (isBusy || isUnreadable) return;
    setBusy(true);
    try {
      const isSaved = version === "same" || saveDraft === null || (await saveDraft());
      if (!isSaved) {
        setRefusal("The draft is not saved yet, so it cannot run. See beside the name.");
        setBusy(false);
        return;
      }
      onStarted(await runActions.resume(wish.workflowId, wish.runId, body()));
      onClose();
    } catch (thrown) {
      setRefusal(asApiError(thrown).message);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <Button onClick={onClose}>Back</Button>
      <Button kind="primary" icon="play" disabled={isBusy || isOffline || isUnreadable} onClick={() => void go()}>
        {isBusy ? "Starting…" : wish.kind === "resume" ? "Resume" : "Run"}
      </Button>
    </>
  );
  return (
    <Dialog title={titleOf(wish, name)} lead="A new run starts. The run that you see stays as it is." onClose={onClose} foot={foot} wide>
      <div className={styles.form}>
        <Field label="What to run">{(control) => <Select {...control} options={VERSIONS} value={version} onChange={(next) => setVersion(next as "same" | "draft")} />}</Field>
        {edited && (
          <>
            <JsonEdit
              button={`Edit what ${name(edited.id)} receives`}
              label={`What ${name(edited.id)} receives`}
              help="A value for each input. It takes the place of what arrives."
              draft={input}
              load={async () => (await nodeRunGet(wish.runId, edited.key)).input.inputs}
              onChange={setInput}
            />
            {version === "same" && (
              <JsonEdit
                button={`Try other settings for ${name(edited.id)}`}
                label={`Settings of ${name(edited.id)}, for this run`}
                help="They hold for the new run alone. The workflow stays as it is."
                draft={settings}
                load={() => paramsOf(wish.runId, edited.id)}
                onChange={setSettings}
              />
            )}
          </>
        )}
        <Preview key={version} wish={wish} version={version} saveDraft={saveDraft} name={name} />
        <div role="alert" className={styles.alert}>
          {refusal !== null && <FieldNotes notes={[{ severity: "error", message: refusal }]} />}
          {isOffline && <FieldNotes notes={[{ severity: "warning", message: "You are offline. The run can start when the connection is back." }]} />}
        </div>
      </div>
    </Dialog>
  );
}

/** The params of a node as the run's version has them. */
async function paramsOf(runId: string, id: string): Promise<JsonObject> {
  const { document } = await runDocument(runId);
  const nodes = document.nodes as { id: string; params?: JsonObject }[];
  const node = nodes.find((one) => one.id === id);
  if (node === undefined) throw new ApiError("not_found", "This node stands in a workflow that was called. Change it there.", 404);
  return node.params ?? {};
}

function titleOf({ kind, node }: Wish, name: (id: string) => string): string {
  const place = placeOf(node, name);
  if (node.endsWith("/")) return `Run ${place} again`;
  if (kind === "from_here") return `Run from ${place}`;
  if (kind === "only") return `Run only ${place}`;
  return kind === "to_here" ? `Run up to ${place}` : "Resume this run";
}

interface PreviewProps extends Pick<ResumeDialogProps, "wish" | "saveDraft"> {
  version: "same" | "draft";
  name: (id: string) => string;
}

function Preview({ wish, version, saveDraft, name }: PreviewProps) {
  const ask = useCallback(
    async (chosen: "same" | "draft", signal: AbortSignal): Promise<PreviewOut> => {
      if (chosen === "draft") await saveDraft?.();
      return runForesee(wish.runId, bodyOf(wish, chosen, {}), { signal });
    },
    [wish, saveDraft],
  );
  const { state } = useResource(ask, version);
  if (state.kind === "failed") return <FieldNotes notes={[{ severity: "error", message: state.error.message }]} />;
  if (state.kind === "loading") {
    return (
      <div className={styles.preview} aria-busy>
        <Skeleton width="30%" />
        <Skeleton height={24} />
        <Skeleton width="40%" />
        <Skeleton height={24} />
      </div>
    );
  }
  return (
    <>
      <Foreseen nodes={state.value.nodes} name={name} />
      <Forecast told={state.value.forecast} />
    </>
  );
}

function Foreseen({ nodes, name }: { nodes: readonly ForeseenOut[]; name: (id: string) => string }) {
  const cost = knownCost(nodes);
  const risky = nodes.filter((one) => (one.what === "run" || one.what === "maybe") && one.effect === "unsafe");
  return (
    <div className={styles.preview}>
      {groups(nodes).map((group) => (
        <Names key={group.id} group={group} name={name} />
      ))}
      {risky.length > 0 && (
        <FieldNotes notes={[{ severity: "warning", message: `May have effects outside that cannot be taken back: ${risky.map((one) => name(one.node)).join(", ")}.` }]} />
      )}
      {cost !== null && (
        <p className={styles.cost}>
          <Icon name="coins" size={14} />
          {cost.least === cost.most ? `About ${formatCost(cost.most)}` : `Between ${formatCost(cost.least)} and ${formatCost(cost.most)}`}, by what it cost in this run.
        </p>
      )}
    </div>
  );
}

function Names({ group, name }: { group: Group; name: (id: string) => string }) {
  return (
    <section className={styles.group} data-group={group.id} aria-label={group.title}>
      <h3>
        {group.title} <span className={styles.count}>{group.nodes.length}</span>
      </h3>
      <ul>
        {group.nodes.map((one) => (
          <li key={one.node}>
            {name(one.node)}
            {one.stale && <Badge tone="warn">has changed since</Badge>}
            {one.what === "pinned" && <Badge>pinned</Badge>}
          </li>
        ))}
      </ul>
    </section>
  );
}
