import { Popover as RadixPopover } from "radix-ui";
import { Menu as Radix, Popper } from "radix-ui/internal";
import { useEffect, useRef, type ReactNode, type RefObject } from "react";
import { createPortal } from "react-dom";
import { classes } from "./classes";
import { Icon } from "./Icon";
import menu from "./Menu.module.css";
import type { MenuEntry } from "./Menu";
import popover from "./Popover.module.css";
import tooltip from "./Tooltip.module.css";

export interface Placed {
  /** What it opens at; the anchor may be a point. */
  anchor: RefObject<Anchor | null>;
  side: "top" | "bottom" | "left" | "right";
  align: "start" | "center" | "end";
}

export interface Anchor {
  getBoundingClientRect: () => DOMRect;
  focus?: () => void;
  contains?: (other: Node | null) => boolean;
}

/** Into the dialog that is open, because what lies outside of one is behind it; else to the end of the page, what is no dialog into a landmark of its own. */
function Layer({ label, children }: { label: string | null; children: ReactNode }) {
  const over = [...document.querySelectorAll("dialog[open]")].at(-1);
  if (over || label === null) return createPortal(children, over ?? document.body);
  return createPortal(
    <div role="region" aria-label={label}>
      {children}
    </div>,
    document.body,
  );
}

/** Whether a click elsewhere closed it: then the focus stays where the click put it. */
function useClosing(anchor: RefObject<Anchor | null>, onClosed?: () => void) {
  const wentElsewhere = useRef(false);
  return {
    onInteractOutside: (event: Event): void => {
      // The button that opened it closes it by itself.
      if (event.target instanceof Node && anchor.current?.contains?.(event.target)) event.preventDefault();
      else wentElsewhere.current = true;
    },
    onCloseAutoFocus: (event: Event): void => {
      event.preventDefault();
      if (onClosed) onClosed();
      else if (!wentElsewhere.current) anchor.current?.focus?.();
    },
  };
}

interface OpenMenuProps extends Placed {
  id?: string;
  label?: string | undefined;
  entries: readonly MenuEntry[];
  /** By a key: the first entry is chosen then. */
  byKey: boolean;
  onClose: () => void;
  /** Instead of giving the focus back to what opened it. */
  onClosed?: () => void;
}

/** An open menu. Not modal: the page behind stays alive, and no style element is written into it. */
export function OpenMenu({ anchor, side, align, id, label, entries, byKey, onClose, onClosed }: OpenMenuProps) {
  const content = useRef<HTMLDivElement>(null);
  const closing = useClosing(anchor, onClosed);
  useEffect(() => {
    if (byKey) content.current?.querySelector<HTMLElement>('[role="menuitem"]:not([data-disabled])')?.focus();
  }, [byKey]);
  return (
    <Radix.Root open modal={false} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Anchor virtualRef={anchor} />
      <Layer label={label ?? "Menu"}>
        <Radix.Content ref={content} {...(id && { id })} className={menu.menu} align={align} side={side} sideOffset={4} collisionPadding={8} loop {...(label && { "aria-label": label })} {...closing}>
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </Radix.Content>
      </Layer>
    </Radix.Root>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry.kind === "line") return <Radix.Separator className={menu.line} />;
  if (entry.kind === "label") return <Radix.Label className={menu.label}>{entry.label}</Radix.Label>;
  return (
    <Radix.Item className={classes(menu.item, entry.danger && menu.danger)} disabled={entry.disabled ?? false} onSelect={entry.perform}>
      {entry.icon && <Icon name={entry.icon} />}
      <span className={menu.text}>{entry.label}</span>
      {entry.keys && <span className={menu.keys}>{entry.keys}</span>}
    </Radix.Item>
  );
}

interface OpenPopoverProps extends Placed {
  id: string;
  label: string;
  onClose: () => void;
  children: ReactNode;
}

export function OpenPopover({ anchor, side, align, id, label, onClose, children }: OpenPopoverProps) {
  const closing = useClosing(anchor);
  return (
    <RadixPopover.Root open modal={false} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <RadixPopover.Anchor virtualRef={anchor} />
      <Layer label={null}>
        <RadixPopover.Content id={id} className={popover.popover} align={align} side={side} sideOffset={6} collisionPadding={8} aria-label={label} {...closing}>
          {children}
        </RadixPopover.Content>
      </Layer>
    </RadixPopover.Root>
  );
}

interface OpenTooltipProps extends Pick<Placed, "anchor" | "side"> {
  id: string;
  /** The pointer may rest on the hint itself. */
  onStay: () => void;
  onLeave: () => void;
  children: ReactNode;
}

export function OpenTooltip({ anchor, side, id, onStay, onLeave, children }: OpenTooltipProps) {
  return (
    <Popper.Root>
      <Popper.Anchor virtualRef={anchor} />
      <Layer label="Hint">
        <Popper.Content role="tooltip" id={id} className={tooltip.tip} side={side} sideOffset={6} collisionPadding={8} onPointerEnter={onStay} onPointerLeave={onLeave}>
          {children}
        </Popper.Content>
      </Layer>
    </Popper.Root>
  );
}
