import { DropdownMenu as Radix } from "radix-ui";
import { useState, type ReactNode } from "react";
import { classes } from "./classes";
import { Icon } from "./Icon";
import styles from "./Menu.module.css";

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

/** Not modal: the page behind stays alive, and no style element is written into it. */
export function Menu({ children, entries, align = "start", side = "bottom" }: MenuProps) {
  const [over, setOver] = useState<Element | null>(null);
  return (
    <Radix.Root modal={false} onOpenChange={(isOpen) => isOpen && setOver([...document.querySelectorAll("dialog[open]")].at(-1) ?? null)}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <MenuEntries entries={entries} align={align} side={side} over={over} />
    </Radix.Root>
  );
}

interface MenuEntriesProps extends Pick<MenuProps, "entries" | "align" | "side"> {
  label?: string;
  /** The dialog in which it opens: what lies outside of one is behind it. */
  over?: Element | null;
  /** Instead of giving the focus back to what opened it. */
  onClosed?: () => void;
}

/** The open menu, of whatever opened it. */
export function MenuEntries({ entries, align = "start", side = "bottom", label, over = null, onClosed }: MenuEntriesProps) {
  const closed = (event: Event): void => {
    if (!onClosed) return;
    event.preventDefault();
    onClosed();
  };
  return (
    <Radix.Portal container={over}>
      <Radix.Content className={styles.menu} align={align} side={side} sideOffset={4} collisionPadding={8} loop {...(label && { "aria-label": label })} onCloseAutoFocus={closed}>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </Radix.Content>
    </Radix.Portal>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry.kind === "line") return <Radix.Separator className={styles.line} />;
  if (entry.kind === "label") return <Radix.Label className={styles.label}>{entry.label}</Radix.Label>;
  return (
    <Radix.Item className={classes(styles.item, entry.danger && styles.danger)} disabled={entry.disabled ?? false} onSelect={entry.perform}>
      {entry.icon && <Icon name={entry.icon} />}
      <span className={styles.text}>{entry.label}</span>
      {entry.keys && <span className={styles.keys}>{entry.keys}</span>}
    </Radix.Item>
  );
}
