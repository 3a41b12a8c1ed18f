import type { ApiError } from "../api/client";
import { Button, EmptyState, Skeleton } from "../ui";
import bar from "./EditorBar.module.css";
import styles from "./EditorView.module.css";
import { Mark } from "./Mark";
import { Link, navigate } from "./router";

/** The shape of the editor while its graph is on the way. */
export function OpeningEditor() {
  return (
    <div className={styles.editor} aria-busy aria-label="Opening">
      <header className={styles.loadingBar}>
        <Skeleton width={24} height={24} />
        <Skeleton width={180} height={16} />
      </header>
      <div className={styles.loadingCanvas} />
    </div>
  );
}

export function OpenFailed({ error }: { error: ApiError }) {
  const again = <Button onClick={() => window.location.reload()}>Try again</Button>;
  const home = (
    <Button kind="primary" onClick={() => navigate("/")}>
      Go to your workflows
    </Button>
  );
  return (
    <div className={styles.editor}>
      <header className={bar.bar}>
        <Link href="/" className={bar.home} aria-label="Home" title="Home">
          <Mark />
        </Link>
      </header>
      <main className={styles.failed}>
        <EmptyState isPage icon={error.status === 404 ? "search" : "cloud-off"} title={error.status === 404 ? "This is not here" : "This could not be opened"} actions={error.status === 404 ? home : <>{home}{again}</>}>
          {error.message}
        </EmptyState>
      </main>
    </div>
  );
}
