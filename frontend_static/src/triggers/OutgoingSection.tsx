import { useState } from "react";
import { asApiError } from "../api/client";
import { outgoingDelete, outgoingList, outgoingRotate, outgoingUpdate } from "../api/outgoing";
import { useResource } from "../api/useResource";
import type { Outgoing, OutgoingMade } from "../contracts/api";
import { Badge, Button, Dialog, Icon, IconButton, Menu, Skeleton, Switch, toast } from "../ui";
import { CopyLine } from "./CopyLine";
import { DeliveryLog } from "./DeliveryLog";
import { END_WORDS, OutgoingForm } from "./OutgoingForm";
import { Sure } from "./Sure";
import styles from "./triggers.module.css";

const fetchAll = (workflowId: string, signal: AbortSignal) => outgoingList(workflowId, { signal });

/** Who is told when runs of a workflow end. */
export function OutgoingSection({ workflowId }: { workflowId: string }) {
  const { state, reload } = useResource(fetchAll, workflowId);
  const [open, setOpen] = useState<Outgoing | "new" | null>(null);
  const [shown, setShown] = useState<OutgoingMade | null>(null);
  const done = (made: OutgoingMade): void => {
    setOpen(null);
    void reload();
    if (made.secret !== "") setShown(made);
  };
  return (
    <section className={styles.section} aria-labelledby="when-runs-end">
      <div className={styles.top}>
        <div>
          <h2 id="when-runs-end">When runs end</h2>
          <p>Addresses that are told, in messages signed as Standard Webhooks has it.</p>
        </div>
        <Button icon="plus" onClick={() => setOpen("new")}>
          Add outgoing webhook
        </Button>
      </div>
      {state.kind === "loading" && <Skeleton height={64} />}
      {state.kind === "failed" && <p role="alert">{state.error.message}</p>}
      {state.kind === "ready" && (
        <ul className={styles.cards}>
          {state.value.map((outgoing) => (
            <Card key={outgoing.id} outgoing={outgoing} onChange={() => void reload()} onEdit={() => setOpen(outgoing)} onShow={setShown} />
          ))}
        </ul>
      )}
      {open !== null && <OutgoingForm workflowId={workflowId} outgoing={open === "new" ? null : open} onDone={done} onClose={() => setOpen(null)} />}
      {shown && (
        <Dialog title="Keep this key" lead="It is shown this once. Whoever receives the messages checks their signatures with it." onClose={() => setShown(null)} foot={<Button kind="primary" onClick={() => setShown(null)}>I have kept the key</Button>}>
          <CopyLine label="Key" text={shown.secret} />
        </Dialog>
      )}
    </section>
  );
}

interface CardProps {
  outgoing: Outgoing;
  onChange: () => void;
  onEdit: () => void;
  onShow: (made: OutgoingMade) => void;
}

function Card({ outgoing, onChange, onEdit, onShow }: CardProps) {
  const [asked, setAsked] = useState<"log" | "secret" | "delete" | null>(null);
  const close = (): void => setAsked(null);
  const toggle = async (enabled: boolean): Promise<void> => {
    try {
      await outgoingUpdate(outgoing, { enabled });
      onChange();
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
  };
  const entries = [
    { id: "log", label: "Messages", icon: "list", perform: () => setAsked("log") },
    { id: "secret", label: "Make a new key", icon: "refresh-cw", perform: () => setAsked("secret") },
    { kind: "line" as const, id: "line" },
    { id: "delete", label: "Delete", icon: "trash-2", danger: true, perform: () => setAsked("delete") },
  ];
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <span className={styles.cardIcon}>
          <Icon name="arrow-right" size={16} />
        </span>
        <div className={styles.cardTitle}>
          <h3>{outgoing.name}</h3>
          <p>When a run {outgoing.ends.map((end) => END_WORDS[end]).join(" or ")}</p>
        </div>
        <div className={styles.marks}>{outgoing.enabled ? <Badge tone="ok">On</Badge> : <Badge>Off</Badge>}</div>
        <div className={styles.cardButtons}>
          <Switch label={<span className="visually-hidden">{outgoing.name} is on</span>} checked={outgoing.enabled} onChange={(enabled) => void toggle(enabled)} />
          <IconButton icon="pencil" label={`Change ${outgoing.name}`} onClick={onEdit} />
          <Menu entries={entries} align="end">
            <IconButton icon="ellipsis" label={`More for ${outgoing.name}`} />
          </Menu>
        </div>
      </div>
      <CopyLine label="Address" text={outgoing.url} />
      {asked === "log" && <DeliveryLog outgoing={outgoing} onClose={close} />}
      {asked === "secret" && <Sure title="Make a new key?" lead="What is sent from then on is signed with it." button="Make it" work={() => outgoingRotate(outgoing)} onDone={onShow} onClose={close} />}
      {asked === "delete" && <Sure title={`Delete “${outgoing.name}”?`} lead="It is told nothing more, and its messages are forgotten." button="Delete" work={() => outgoingDelete(outgoing)} onDone={onChange} onClose={close} />}
    </li>
  );
}
