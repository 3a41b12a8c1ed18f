import { useConnectivity } from "../api/connectivity";
import { Icon } from "../ui";
import styles from "./ConnectionBar.module.css";

const SENTENCES = {
  offline: "You are offline. What you see is from before; it comes up to date when the connection is back.",
  unreachable: "The server does not answer. What you see may be old.",
};

/** Says that the page may be old, as long as it may be. */
export function ConnectionBar() {
  const connectivity = useConnectivity();
  return (
    <div role="status">
      {connectivity !== "online" && (
        <p className={styles.bar}>
          <Icon name={connectivity === "offline" ? "wifi-off" : "cloud-off"} />
          {SENTENCES[connectivity]}
        </p>
      )}
    </div>
  );
}
