import type { ReactNode } from "react";
import { useApprovals } from "../inbox/waiting";
import styles from "./AppBar.module.css";
import { Mark } from "./Mark";
import { Link, usePlace } from "./router";
import { ThemeButton } from "./ThemeButton";

const PAGES = [
  { href: "/", label: "Workflows" },
  { href: "/runs", label: "Runs" },
  { href: "/knowledge", label: "Knowledge" },
  { href: "/approvals", label: "Approvals" },
  { href: "/spending", label: "Spending" },
  { href: "/settings/models", label: "Models" },
];

/** How many approvals wait for the reader. */
function Waiting() {
  const { state } = useApprovals();
  if (state.kind !== "ready" || state.value.length === 0) return null;
  return (
    <span className={styles.count} aria-label={`${state.value.length} waiting`}>
      {state.value.length}
    </span>
  );
}

/** The bar of the pages that are not the editor. */
export function AppBar({ children }: { children?: ReactNode }) {
  const { path } = usePlace();
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.home} aria-label="GraphApp, home">
        <Mark className={styles.mark} />
        <span className={styles.word}>GraphApp</span>
      </Link>
      <nav className={styles.nav} aria-label="Main">
        {PAGES.map((page) => (
          <Link key={page.href} href={page.href} className={styles.link} aria-current={path === page.href ? "page" : undefined}>
            {page.label}
            {page.href === "/approvals" && <Waiting />}
          </Link>
        ))}
      </nav>
      <div className={styles.end}>
        {children}
        <ThemeButton />
      </div>
    </header>
  );
}
