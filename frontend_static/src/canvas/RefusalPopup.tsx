import { useEffect } from "react";
import { useEditor, useUi } from "../actions/editor";
import { Button, Icon } from "../ui";
import styles from "./RefusalPopup.module.css";

const SECONDS = 6;

/** Why a connection was refused, where the hand let go, with the way round it. */
export function RefusalPopup() {
  const { ui } = useEditor();
  const refusal = useUi((state) => state.refusal);
  useEffect(() => {
    if (!refusal) return;
    const close = (event?: Event): void => {
      if (event?.target instanceof Element && event.target.closest("[data-refusal]")) return;
      ui.setState({ refusal: null });
    };
    const timer = window.setTimeout(() => close(), SECONDS * 1000);
    window.addEventListener("pointerdown", close, true);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("pointerdown", close, true);
    };
  }, [refusal, ui]);
  if (!refusal) return null;
  const left = Math.max(8, Math.min(refusal.left + 12, window.innerWidth - 320));
  const top = Math.max(8, Math.min(refusal.top + 12, window.innerHeight - 120));
  return (
    <div className={styles.popup} style={{ left, top }} role="alert" data-refusal>
      <Icon name="ban" size={15} />
      <span>{refusal.reason}</span>
      {refusal.offer && (
        <Button
          small
          onClick={() => {
            refusal.offer?.perform();
            ui.setState({ refusal: null });
          }}
        >
          {refusal.offer.label}
        </Button>
      )}
    </div>
  );
}
