import { useState } from "react";
import { asApiError } from "../api/client";
import { replayExposureGet, replayLinkCreate } from "../api/links";
import { useResource } from "../api/useResource";
import type { LinkMade } from "../contracts/api";
import { Button, Dialog, Skeleton } from "../ui";
import { Exposure } from "./Exposure";
import { MadeLink } from "./MadeLink";
import { NO_TERMS, readTerms } from "./terms";
import { TermsFields } from "./TermsFields";
import styles from "./share.module.css";

const fetchExposure = (runId: string, signal: AbortSignal) => replayExposureGet(runId, { signal });

/** A link to the replay of one run. */
export default function ShareReplay({ runId, onClose }: { runId: string; onClose: () => void }) {
  const { state } = useResource(fetchExposure, runId);
  const [form, setForm] = useState(NO_TERMS);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [made, setMade] = useState<LinkMade | null>(null);
  const [isBusy, setBusy] = useState(false);
  if (made) return <MadeLink link={made} onClose={onClose} />;
  const make = async (): Promise<void> => {
    const read = readTerms(form, Date.now());
    if (read.kind === "wrong") return setWrong(read.fields);
    setBusy(true);
    setRefusal(null);
    try {
      setMade(await replayLinkCreate(runId, read.terms));
    } catch (thrown) {
      const refused = asApiError(thrown);
      setWrong(refused.fields);
      setRefusal(refused.message);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" disabled={isBusy || state.kind !== "ready"} onClick={() => void make()}>
        {isBusy ? "Making…" : "Make the link"}
      </Button>
    </>
  );
  return (
    <Dialog title="Share the replay of this run" lead="Whoever holds the link sees how this one run went. They start nothing, and see no other run." wide onClose={onClose} foot={foot}>
      <TermsFields right="replay" form={form} wrong={wrong} onChange={(change) => setForm((before) => ({ ...before, ...change }))} />
      {refusal !== null && (
        <p role="alert" className={styles.problem}>
          {refusal}
        </p>
      )}
      {state.kind === "failed" && (
        <p role="alert" className={styles.problem}>
          {state.error.message}
        </p>
      )}
      {state.kind === "loading" && <Skeleton width="100%" height={220} />}
      {state.kind === "ready" && <Exposure right="replay" exposure={state.value} />}
    </Dialog>
  );
}
