import { lazy, Suspense, useState } from "react";
import { notificationList } from "../api/notifications";
import { useLooking } from "../api/useLooking";
import { useResource } from "../api/useResource";
import { Icon, Popover } from "../ui";
import styles from "./Bell.module.css";

const BellList = lazy(() => import("./BellList"));

const LOOK_EVERY_MS = 10_000;
const MOST_SHOWN = 99;

const fetchNotifications = (_: null, signal: AbortSignal) => notificationList({ signal });

/** How much the reader has not heard of yet; pressed, the list of it. */
export function Bell() {
  const found = useResource(fetchNotifications, null);
  const [isOpen, setOpen] = useState(false);
  useLooking(found.reload, LOOK_EVERY_MS);
  const unread = found.state.kind === "ready" ? found.state.value.unread : 0;
  const trigger = (
    <button type="button" className={styles.bell} aria-label={unread > 0 ? `Notifications, ${unread} unread` : "Notifications"} title="Notifications">
      <Icon name="bell" size={16} />
      {unread > 0 && <span className={styles.count}>{unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}</span>}
    </button>
  );
  return (
    <Popover label="Notifications" open={isOpen} onOpenChange={setOpen} trigger={trigger}>
      <Suspense fallback={<div className={styles.coming} />}>
        <BellList {...found} onClose={() => setOpen(false)} />
      </Suspense>
    </Popover>
  );
}
