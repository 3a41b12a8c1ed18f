import { Icon, Menu } from "../ui";
import styles from "./AppBar.module.css";
import { navigate, usePlace } from "./router";

export interface PageLink {
  href: string;
  label: string;
}

/** On narrow windows: the page that is open, and behind it all others. */
export function PagesMenu({ pages, waiting }: { pages: readonly PageLink[]; waiting: number }) {
  const { path } = usePlace();
  const here = pages.find(({ href }) => href !== "/" && path.startsWith(href)) ?? pages.find(({ href }) => href === path);
  const entries = pages.map(({ href, label }) => ({
    id: href,
    label,
    keys: href === "/approvals" && waiting > 0 ? `${waiting} waiting` : href === here?.href ? "✓" : undefined,
    perform: () => navigate(href),
  }));
  return (
    <Menu entries={entries}>
      <button type="button" className={styles.pages} aria-label={`Pages, ${here?.label ?? "none of them"} is open`}>
        {here?.label ?? "Pages"}
        {waiting > 0 && here?.href !== "/approvals" && <span className={styles.count}>{waiting}</span>}
        <Icon name="chevron-down" size={14} />
      </button>
    </Menu>
  );
}
