import type { ReactNode } from "react";
import { useOpenFailures } from "../failures/openFailures";
import { useApprovals } from "../inbox/waiting";
import { AccountButton } from "./AccountButton";
import styles from "./AppBar.module.css";
import { Bell } from "./Bell";
import { Mark } from "./Mark";
import { PagesMenu, type PageLink } from "./PagesMenu";
import { Link, usePlace } from "./router";
import { ThemeButton } from "./ThemeButton";

const PAGES: readonly PageLink[] = [
  { href: "/", label: "Workflows" },
  { href: "/runs", label: "Runs" },
  { href: "/failures", label: "Failures" },
  { href: "/knowledge", label: "Knowledge" },
  { href: "/approvals", label: "Approvals" },
  { href: "/spending", label: "Spending" },
  { href: "/settings/models", label: "Models" },
];


/** The bar of the pages that are not the editor. */
export function AppBar({ children }: { children?: ReactNode }) {
  const { path } = usePlace();
  const { state } = useApprovals();
  const waiting = state.kind === "ready" ? state.value.length : 0;
  const failures = useOpenFailures();
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.home} aria-label="GraphApp, home">
        <Mark className={styles.mark} />
        <span className={styles.word}>GraphApp</span>
      </Link>
      <nav className={styles.nav} aria-label="Main">
        {PAGES.map((page) => (
          <Link key={page.href} href={page.href} className={styles.link} aria-current={path === page.href || (page.href === "/failures" && path.startsWith("/failures/")) ? "page" : undefined}>
            {page.label}
            {page.href === "/failures" && failures > 0 && (
              <span className={styles.failures} aria-label={`${failures} to do`}>
                {failures}
              </span>
            )}
            {page.href === "/approvals" && waiting > 0 && (
              <span className={styles.count} aria-label={`${waiting} waiting`}>
                {waiting}
              </span>
            )}
          </Link>
        ))}
      </nav>
      <PagesMenu pages={PAGES} waiting={waiting} />
      <div className={styles.end}>
        {children}
        <Bell />
        <ThemeButton />
        <AccountButton />
      </div>
    </header>
  );
}
