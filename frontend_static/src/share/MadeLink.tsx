import type { LinkMade } from "../contracts/api";
import { Button, Dialog, Field, TextInput, toast } from "../ui";
import { titleOf } from "./rights";
import styles from "./share.module.css";

interface MadeLinkProps {
  link: LinkMade;
  onBack?: () => void;
  onClose: () => void;
}

/** The address of a new link: the one time that it is shown. */
export function MadeLink({ link, onBack, onClose }: MadeLinkProps) {
  const address = new URL(link.path, window.location.href).href;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(address);
      toast({ tone: "ok", text: "Copied." });
    } catch {
      toast({ tone: "fail", text: "The browser did not allow copying. Select the address instead." });
    }
  };
  const foot = (
    <>
      {onBack && <Button onClick={onBack}>All links</Button>}
      <Button kind="primary" icon="copy" onClick={() => void copy()}>
        Copy the address
      </Button>
    </>
  );
  return (
    <Dialog title="The link is made" lead="Copy its address now. It is shown this once: only a fingerprint of it is kept, so nobody can read it here later." onClose={onClose} foot={foot}>
      <Field label={link.name || titleOf(link.right)}>{(control) => <TextInput {...control} mono readOnly className={styles.address} value={address} onFocus={(event) => event.currentTarget.select()} />}</Field>
      <p className={styles.open}>
        <a href={address} target="_blank" rel="noreferrer">
          Open it as a stranger would
        </a>
      </p>
    </Dialog>
  );
}
