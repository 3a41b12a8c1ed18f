import type { FailureOut } from "../contracts/api";
import styles from "./failures.module.css";

const HEIGHT = 22;
const STEP = 4;

/** How many runs it hit in each hour or day. The words say the same. */
export function Spark({ values, per }: { values: FailureOut["spark"]; per: "hour" | "day" }) {
  const most = Math.max(1, ...values);
  const total = values.reduce((sum, one) => sum + one, 0);
  const words = `${total.toLocaleString("en-US")} in the last ${values.length} ${per === "hour" ? "hours" : "days"}, at most ${Math.max(0, ...values).toLocaleString("en-US")} in one`;
  return (
    <svg className={styles.spark} role="img" aria-label={words} width={values.length * STEP} height={HEIGHT} viewBox={`0 0 ${values.length * STEP} ${HEIGHT}`}>
      <title>{words}</title>
      {values.map((value, index) => {
        const height = value === 0 ? 1 : Math.max(3, Math.round((value / most) * HEIGHT));
        return <rect key={index} x={index * STEP} y={HEIGHT - height} width={STEP - 1} height={height} rx={0.5} className={value === 0 ? styles.none : styles.some} />;
      })}
    </svg>
  );
}
