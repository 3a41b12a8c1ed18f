import styles from "./Skeleton.module.css";

interface SkeletonProps {
  width?: number | string;
  height?: number | string;
}

/** Stands in for what loads; stays invisible for the first 200 ms, so that quick answers do not flicker. */
export function Skeleton({ width = "100%", height = 12 }: SkeletonProps) {
  return <span className={styles.line} style={{ width, height }} aria-hidden />;
}
