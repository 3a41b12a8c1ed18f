import type { StartField, TriggerMade, WebhookConfig } from "../contracts/api";
import { Button, Dialog } from "../ui";
import { CopyLine } from "./CopyLine";
import { curlOf, sampleBody } from "./snippet";
import styles from "./triggers.module.css";

interface SecretDialogProps {
  made: TriggerMade;
  fields: readonly StartField[];
  onClose: () => void;
}

/** What somebody else needs in order to call a webhook. A new key is shown here and never again. */
export function SecretDialog({ made, fields, onClose }: SecretDialogProps) {
  const { auth } = made.config as WebhookConfig;
  const body = sampleBody(fields);
  const foot = (
    <Button kind="primary" onClick={onClose}>
      {made.secret ? "I have kept the key" : "Done"}
    </Button>
  );
  return (
    <Dialog title={made.secret ? "Keep this key" : `How to call “${made.name}”`} lead={made.secret ? "It is shown this once. If it is lost, make a new one." : undefined} onClose={onClose} foot={foot} wide>
      <div className={styles.form}>
        {made.secret && <CopyLine label="Key" text={made.secret} />}
        <CopyLine label="Address" text={made.address} />
        <CopyLine label="Test address" text={`${made.address}/test`} />
        <CopyLine label="Commands" block text={curlOf(made.address, auth, body, made.secret)} />
        <p className={styles.quiet}>
          The test address runs the draft, also while the webhook is off.
          {auth === "hmac" && " Any library for Standard Webhooks makes the signature too; it is good for five minutes and for one call."}
        </p>
      </div>
    </Dialog>
  );
}
