import { useState } from "react";
import { asApiError } from "../api/client";
import { notificationList, notificationRead } from "../api/notifications";
import type { Resource } from "../api/useResource";
import type { NotificationList, NotificationOut } from "../contracts/api";
import { Button, EmptyState, formatAgo, Icon, Skeleton, toast } from "../ui";
import styles from "./Bell.module.css";
import { Link } from "./router";

const ICONS: Record<NotificationOut["kind"], string> = { approval: "circle-help", run_failed: "circle-x", shared: "user" };

interface BellListProps {
  state: Resource<NotificationList>;
  reload: () => Promise<void>;
  update: (change: (value: NotificationList) => NotificationList) => void;
  onClose: () => void;
}

/** What the reader was told of. Opening one leads to the thing and marks it as read. */
export default function BellList({ state, reload, update, onClose }: BellListProps) {
  if (state.kind === "loading") return <Loading />;
  if (state.kind === "failed") {
    return (
      <div className={styles.failed} role="alert">
        <span>The notifications could not be loaded. {state.error.message}</span>
        <Button small icon="refresh-cw" onClick={() => void reload()}>
          Try again
        </Button>
      </div>
    );
  }
  const { items, unread } = state.value;
  const read = async (ids: number[] | null): Promise<void> => {
    const now = new Date().toISOString();
    const isMeant = ({ id, read_at }: NotificationOut): boolean => read_at === null && (ids === null || ids.includes(id));
    update((all) => ({ unread: ids === null ? 0 : all.unread - all.items.filter(isMeant).length, items: all.items.map((one) => (isMeant(one) ? { ...one, read_at: now } : one)) }));
    try {
      const left = await notificationRead(ids);
      update((all) => ({ ...all, unread: left.unread }));
    } catch (thrown) {
      toast({ tone: "fail", text: `They could not be marked as read. ${asApiError(thrown).message}` });
      void reload();
    }
  };
  const open = (one: NotificationOut): void => {
    onClose();
    if (one.read_at === null) void read([one.id]);
  };
  return (
    <>
      <div className={styles.head}>
        <h2>Notifications</h2>
        {unread > 0 && (
          <Button small kind="ghost" onClick={() => void read(null)}>
            Mark all as read
          </Button>
        )}
      </div>
      {items.length === 0 ? (
        <EmptyState icon="bell" title="Nothing yet">
          Approvals that wait for you, runs of yours that fail and what others share with you appear here.
        </EmptyState>
      ) : (
        <ul className={styles.list}>
          {items.map((one) => (
            <Row key={one.id} one={one} onOpen={() => open(one)} />
          ))}
          <Older items={items} update={update} />
        </ul>
      )}
    </>
  );
}

function Row({ one, onOpen }: { one: NotificationOut; onOpen: () => void }) {
  const isUnread = one.read_at === null;
  return (
    <li>
      <Link href={one.path} className={styles.row} data-kind={one.kind} data-unread={isUnread} onClick={onOpen}>
        <Icon name={ICONS[one.kind]} size={16} />
        <span className={styles.words}>
          <span className={styles.title}>
            {isUnread && <span className="visually-hidden">Unread: </span>}
            {one.title}
          </span>
          {one.text && <span className={styles.text}>{one.text}</span>}
          <span className={styles.when}>{formatAgo(one.created_at)}</span>
        </span>
        {isUnread && <span className={styles.dot} aria-hidden />}
      </Link>
    </li>
  );
}

const PAGE = 30;

function Older({ items, update }: { items: readonly NotificationOut[]; update: BellListProps["update"] }) {
  const [isOver, setOver] = useState(items.length < PAGE);
  const last = items.at(-1);
  if (isOver || last === undefined) return null;
  const more = async (): Promise<void> => {
    try {
      const found = (await notificationList({ before: last.created_at })).items;
      setOver(found.length < PAGE);
      update((all) => ({ ...all, items: [...all.items, ...found] }));
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
  };
  return (
    <li className={styles.more}>
      <Button small kind="ghost" onClick={() => void more()}>
        Show older ones
      </Button>
    </li>
  );
}

function Loading() {
  return (
    <div className={styles.failed} aria-busy="true" aria-label="Notifications">
      <Skeleton width="60%" />
      <Skeleton height={48} />
    </div>
  );
}
