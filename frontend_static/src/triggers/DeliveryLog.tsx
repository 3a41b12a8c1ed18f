import { asApiError } from "../api/client";
import { deliveryList, deliveryRepeat } from "../api/outgoing";
import { useResource } from "../api/useResource";
import { Link } from "../app/router";
import type { Delivery, Outgoing } from "../contracts/api";
import { Badge, Button, Dialog, formatAgo, Skeleton, toast, type Tone } from "../ui";
import styles from "./triggers.module.css";

const WORDS: Record<Delivery["state"], { word: string; tone: Tone }> = {
  waiting: { word: "Waiting", tone: "wait" },
  arrived: { word: "Arrived", tone: "ok" },
  given_up: { word: "Given up", tone: "fail" },
};

const asked = new Map<string, (id: string, signal: AbortSignal) => Promise<Delivery[]>>();

function fetchFor(outgoing: Outgoing): (id: string, signal: AbortSignal) => Promise<Delivery[]> {
  const known = asked.get(outgoing.id) ?? ((_: string, signal: AbortSignal) => deliveryList(outgoing, { signal }));
  asked.set(outgoing.id, known);
  return known;
}

/** What an address was told, and whether it arrived. */
export function DeliveryLog({ outgoing, onClose }: { outgoing: Outgoing; onClose: () => void }) {
  const { state, reload } = useResource(fetchFor(outgoing), outgoing.id);
  const repeat = async (delivery: Delivery): Promise<void> => {
    try {
      await deliveryRepeat(outgoing, delivery);
      toast({ tone: "ok", text: "It is sent again." });
      await reload();
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
  };
  const foot = (
    <>
      <Button icon="refresh-cw" onClick={() => void reload()}>
        Look again
      </Button>
      <Button kind="primary" onClick={onClose}>
        Done
      </Button>
    </>
  );
  return (
    <Dialog title={`Messages to “${outgoing.name}”`} lead="The last fifty. A message that does not arrive is sent again five times, within three hours." onClose={onClose} foot={foot} wide>
      {state.kind === "loading" && <Skeleton height={160} />}
      {state.kind === "failed" && <p role="alert">{state.error.message}</p>}
      {state.kind === "ready" && state.value.length === 0 && <p className={styles.none}>Nothing was sent yet.</p>}
      {state.kind === "ready" && (
        <ul className={styles.calls}>
          {state.value.map((delivery) => (
            <Line key={delivery.id} delivery={delivery} onRepeat={() => void repeat(delivery)} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Line({ delivery, onRepeat }: { delivery: Delivery; onRepeat: () => void }) {
  const { word, tone } = WORDS[delivery.state];
  return (
    <li className={styles.call}>
      <div className={styles.callHead}>
        <Badge tone={tone}>{word}</Badge>
        {delivery.status !== null && <span className={styles.number}>{delivery.status}</span>}
        <time dateTime={delivery.created_at} title={new Date(delivery.created_at).toLocaleString()}>
          {formatAgo(delivery.created_at)}
        </time>
        {delivery.attempts > 1 && <span>{delivery.attempts} attempts</span>}
        {delivery.state === "waiting" && delivery.attempts > 0 && <span>next at {new Date(delivery.due_at).toLocaleTimeString()}</span>}
        <Link href={`/runs/${delivery.run_id}`}>Open the run</Link>
        {delivery.state !== "waiting" && (
          <Button small onClick={onRepeat}>
            Send again
          </Button>
        )}
      </div>
      {delivery.message !== "" && <p>{delivery.message}</p>}
    </li>
  );
}
