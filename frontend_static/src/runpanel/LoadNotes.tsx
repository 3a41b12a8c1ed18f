import type { ApiError } from "../api/client";
import { Button, Skeleton } from "../ui";
import styles from "./NodeRunDetail.module.css";

export function LoadingValue() {
  return (
    <div className={styles.loading} aria-busy="true">
      <Skeleton width="48%" />
      <Skeleton width="80%" />
      <Skeleton width="64%" />
    </div>
  );
}

export function LoadFailure({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  return (
    <div className={styles.failure}>
      <p>{error.message}</p>
      <Button small icon="refresh-cw" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
