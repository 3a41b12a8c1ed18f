import { Slot } from "radix-ui";
import { useCallback, useEffect, useId, useRef, useState, type FocusEvent, type PointerEvent, type ReactNode } from "react";
import { useOverlays } from "./useOverlays";
import styles from "./Tooltip.module.css";

const DELAY_MS = 450;
/** From one button to the next the second hint comes at once. */
const AT_ONCE_MS = 200;
/** Long enough to reach the hint itself. */
const GRACE_MS = 120;

let closedAt = -Infinity;
let closeOther: (() => void) | null = null;

interface TooltipProps {
  text: ReactNode;
  keys?: string | undefined;
  side?: "top" | "bottom" | "left" | "right";
  children: ReactNode;
}

/** What a button does, for whoever rests the pointer on it or comes to it by key. */
export function Tooltip({ text, keys, side = "bottom", children }: TooltipProps) {
  const { isOpen, handlers, open, close, leave } = useHint();
  const parts = useOverlays(isOpen, close);
  const button = useRef<HTMLElement>(null);
  const id = useId();
  const isShown = parts !== null && isOpen;
  return (
    <>
      <Slot.Root ref={button} {...(isShown && { "aria-describedby": id })} {...handlers}>
        {children}
      </Slot.Root>
      {isShown && (
        <parts.OpenTooltip anchor={button} side={side} id={id} onStay={open} onLeave={leave}>
          <span>{text}</span>
          {keys && <span className={styles.keys}>{keys}</span>}
        </parts.OpenTooltip>
      )}
    </>
  );
}

/** When it is open: after a moment under the pointer, at once by key; never by touch, nor after a press. */
function useHint() {
  const [isOpen, setOpen] = useState(false);
  const timer = useRef(0);
  const close = useCallback((): void => {
    window.clearTimeout(timer.current);
    if (closeOther === close) {
      closeOther = null;
      closedAt = performance.now();
    }
    setOpen(false);
  }, []);
  const open = useCallback((): void => {
    window.clearTimeout(timer.current);
    if (closeOther !== close) closeOther?.();
    closeOther = close;
    setOpen(true);
  }, [close]);
  const later = (act: () => void, ms: number): void => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(act, ms);
  };
  useEffect(() => close, [close]);
  useEffect(() => {
    if (!isOpen) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") close();
    };
    window.addEventListener("keydown", onKey, true);
    window.addEventListener("scroll", close, true);
    return () => {
      window.removeEventListener("keydown", onKey, true);
      window.removeEventListener("scroll", close, true);
    };
  }, [isOpen, close]);
  const leave = (): void => later(close, isOpen ? GRACE_MS : 0);
  const handlers = {
    onPointerEnter: (event: PointerEvent) => event.pointerType !== "touch" && later(open, performance.now() - closedAt < AT_ONCE_MS ? 0 : DELAY_MS),
    onPointerLeave: leave,
    onPointerDown: close,
    onClick: close,
    onFocus: (event: FocusEvent) => event.currentTarget.matches(":focus-visible") && open(),
    onBlur: close,
  };
  return { isOpen, handlers, open, close, leave };
}
