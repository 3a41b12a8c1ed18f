import type { ReactNode } from "react";
import styles from "./AppBar.module.css";
import { Mark } from "./Mark";
import { Link, usePlace } from "./router";
import { ThemeButton } from "./ThemeButton";

const PAGES = [
  { href: "/", label: "Workflows" },
  { href: "/runs", label: "Runs" },
];

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
