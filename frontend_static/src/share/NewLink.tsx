import { useEffect, useState } from "react";
import { asApiError, isAbort, type ApiError } from "../api/client";
import { exposureGet, linkCreate } from "../api/links";
import { versionList } from "../api/workflows";
import type { ExposureOut, LinkMade, VersionOut, WorkflowOut } from "../contracts/api";
import { Button, classes, Dialog, Field, Icon, Select, Skeleton } from "../ui";
import { Exposure } from "./Exposure";
import { RIGHTS, type Right } from "./rights";
import { NO_TERMS, readTerms } from "./terms";
import { TermsFields } from "./TermsFields";
import styles from "./share.module.css";

interface NewLinkProps {
  workflow: Pick<WorkflowOut, "id" | "name">;
  onMade: (link: LinkMade) => void;
  onPublish: () => void;
  onBack: () => void;
  onClose: () => void;
}

/** What a new link is for and under what terms, beside what a stranger will see through it. */
export function NewLink({ workflow, onMade, onPublish, onBack, onClose }: NewLinkProps) {
  const [right, setRight] = useState<Exclude<Right, "replay">>("run");
  const [version, setVersion] = useState<number | null>(null);
  const [versions, setVersions] = useState<readonly VersionOut[]>([]);
  const [form, setForm] = useState(NO_TERMS);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { exposure, error } = useExposure(workflow.id, right, version);
  useEffect(() => {
    const controller = new AbortController();
    versionList(workflow.id, { signal: controller.signal }).then(({ items }) => setVersions(items), () => undefined);
    return () => controller.abort();
  }, [workflow.id]);
  const make = async (): Promise<void> => {
    const read = readTerms(form, Date.now());
    if (read.kind === "wrong") return setWrong(read.fields);
    setBusy(true);
    setWrong({});
    setRefusal(null);
    try {
      onMade(await linkCreate(workflow.id, { right, version, ...read.terms }));
    } catch (thrown) {
      const refused = asApiError(thrown);
      setWrong(refused.fields);
      setRefusal(refused.message);
      setBusy(false);
    }
  };
  if (error?.code === "not_published") return <NotPublished message={error.message} onPublish={onPublish} onBack={onBack} onClose={onClose} />;
  const foot = (
    <>
      <Button onClick={onBack}>Back</Button>
      <Button kind="primary" disabled={isBusy || exposure === null} onClick={() => void make()}>
        {isBusy ? "Making…" : "Make the link"}
      </Button>
    </>
  );
  return (
    <Dialog title="New link" wide onClose={onClose} foot={foot}>
      <fieldset className={styles.rights}>
        <legend>What is it for?</legend>
        {RIGHTS.map((one) => (
          <label key={one.right} className={classes(styles.choice)} data-chosen={one.right === right || undefined}>
            <input type="radio" name="right" value={one.right} checked={one.right === right} onChange={() => setRight(one.right)} />
            <span className={styles.choiceTitle}>
              <Icon name={one.icon} />
              {one.title}
            </span>
            <span>{one.says}</span>
          </label>
        ))}
      </fieldset>
      <div className={styles.version}>
        <Field label="Which version" help="The newest one follows each publishing and each roll back.">
          {(control) => (
            <Select
              {...control}
              options={[{ value: "", label: "Whatever is published last" }, ...versions.map(({ number, note }) => ({ value: String(number), label: `Version ${number}${note ? `: ${note}` : ""}` }))]}
              value={version === null ? "" : String(version)}
              onChange={(value) => setVersion(value === "" ? null : Number(value))}
            />
          )}
        </Field>
      </div>
      <TermsFields right={right} form={form} wrong={wrong} onChange={(change) => setForm((before) => ({ ...before, ...change }))} />
      {refusal !== null && (
        <p role="alert" className={styles.problem}>
          {refusal}
        </p>
      )}
      {error && (
        <p role="alert" className={styles.problem}>
          {error.message}
        </p>
      )}
      {exposure ? <Exposure key={`${right} ${version}`} right={right} exposure={exposure} /> : !error && <Skeleton width="100%" height={220} />}
    </Dialog>
  );
}

interface Looked {
  about: string;
  exposure: ExposureOut | null;
  error: ApiError | null;
}

function useExposure(workflowId: string, right: Right, version: number | null): Pick<Looked, "exposure" | "error"> {
  const [found, setFound] = useState<Looked>({ about: "", exposure: null, error: null });
  const about = `${right} ${version}`;
  useEffect(() => {
    const controller = new AbortController();
    exposureGet(workflowId, right, version, { signal: controller.signal }).then(
      (exposure) => setFound({ about, exposure, error: null }),
      (thrown: unknown) => !isAbort(thrown) && setFound({ about, exposure: null, error: asApiError(thrown) }),
    );
    return () => controller.abort();
  }, [workflowId, right, version, about]);
  return found.about === about ? found : { exposure: null, error: null };
}

function NotPublished({ message, onPublish, onBack, onClose }: { message: string; onPublish: () => void; onBack: () => void; onClose: () => void }) {
  const foot = (
    <>
      <Button onClick={onBack}>Back</Button>
      <Button kind="primary" icon="rocket" onClick={onPublish}>
        Publish a version
      </Button>
    </>
  );
  return <Dialog title="Nothing is published yet" lead={message} onClose={onClose} foot={foot} />;
}
