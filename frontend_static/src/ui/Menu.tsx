import { Slot } from "radix-ui";
import { useCallback, useId, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";
import { useOverlays } from "./useOverlays";

export type MenuEntry =
  | { kind?: "item"; id: string; label: ReactNode; icon?: string | undefined; keys?: string | undefined; danger?: boolean; disabled?: boolean; perform: () => void }
  | { kind: "line"; id: string }
  | { kind: "label"; id: string; label: string };

interface MenuProps {
  /** The button that opens it. */
  children: ReactNode;
  entries: readonly MenuEntry[];
  align?: "start" | "end";
  side?: "top" | "bottom" | "left" | "right";
}

export function Menu({ children, entries, align = "start", side = "bottom" }: MenuProps) {
  const [opened, setOpened] = useState<"pointer" | "key" | null>(null);
  const close = useCallback(() => setOpened(null), []);
  const parts = useOverlays(opened !== null, close);
  const trigger = useRef<HTMLElement>(null);
  const id = useId();
  // A click without a pointer was made by a key, or by a screen reader.
  const toggle = (event: MouseEvent): void => setOpened(opened !== null ? null : event.detail === 0 ? "key" : "pointer");
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" || opened !== null) return;
    event.preventDefault();
    setOpened("key");
  };
  const isShown = parts !== null && opened !== null;
  return (
    <>
      <Slot.Root ref={trigger} aria-haspopup="menu" aria-expanded={opened !== null} data-state={opened !== null ? "open" : "closed"} {...(isShown && { "aria-controls": id })} onClick={toggle} onKeyDown={onKey}>
        {children}
      </Slot.Root>
      {isShown && <parts.OpenMenu anchor={trigger} id={id} label={undefined} entries={entries} align={align} side={side} byKey={opened === "key"} onClose={close} />}
    </>
  );
}
