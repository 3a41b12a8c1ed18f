import { Slot } from "radix-ui";
import { useCallback, useId, useRef, useState, type ReactNode } from "react";
import { useOverlays } from "./useOverlays";

interface PopoverProps {
  /** The button that opens it. */
  trigger: ReactNode;
  label: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "left" | "right";
  children: ReactNode;
}

export function Popover({ trigger, label, open, onOpenChange, align = "end", side = "bottom", children }: PopoverProps) {
  const [isOpenHere, setOpenHere] = useState(false);
  const isOpen = open ?? isOpenHere;
  const change = (next: boolean): void => {
    setOpenHere(next);
    onOpenChange?.(next);
  };
  const latest = useRef(change);
  latest.current = change;
  const close = useCallback(() => latest.current(false), []);
  const parts = useOverlays(isOpen, close);
  const button = useRef<HTMLElement>(null);
  const id = useId();
  const isShown = parts !== null && isOpen;
  return (
    <>
      <Slot.Root ref={button} aria-haspopup="dialog" aria-expanded={isOpen} data-state={isOpen ? "open" : "closed"} {...(isShown && { "aria-controls": id })} onClick={() => change(!isOpen)}>
        {trigger}
      </Slot.Root>
      {isShown && (
        <parts.OpenPopover anchor={button} id={id} label={label} align={align} side={side} onClose={close}>
          {children}
        </parts.OpenPopover>
      )}
    </>
  );
}
