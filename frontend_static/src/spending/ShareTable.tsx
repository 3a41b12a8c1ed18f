import type { ReactNode } from "react";
import { Link } from "../app/router";
import type { ShareOut } from "../contracts/api";
import { formatCost } from "../runs/format";
import { Badge } from "../ui";
import { amountOf, formatAmount, type Measure } from "./measure";
import { changeWords } from "./period";
import styles from "./spending.module.css";

interface ShareTableProps {
  title: string;
  column: string;
  shares: readonly ShareOut[];
  measure: Measure;
  /** Where a line leads; null where it leads nowhere. */
  hrefOf?: (share: ShareOut) => string | null;
}

const SHOWN = 12;

/** What was spent on each of some things, the dearest first, beside the period before. */
export function ShareTable({ title, column, shares, measure, hrefOf = () => null }: ShareTableProps) {
  const whole = shares.reduce((sum, { spent }) => sum + amountOf(spent, measure), 0);
  return (
    <section className={styles.box} aria-label={title}>
      <h2 className={styles.boxTitle}>{title}</h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{column}</th>
            <th scope="col" className={styles.number}>
              Cost
            </th>
            <th scope="col" className={styles.number}>
              Tokens
            </th>
            <th scope="col" className={styles.change}>
              Compared
            </th>
          </tr>
        </thead>
        <tbody>
          {shares.slice(0, SHOWN).map((share) => (
            <tr key={share.key}>
              <th scope="row">
                <Name share={share} href={hrefOf(share)} />
                <span className={styles.share} style={{ width: `${whole === 0 ? 0 : (amountOf(share.spent, measure) / whole) * 100}%` }} aria-hidden />
              </th>
              <td className={styles.number}>{costOf(share)}</td>
              <td className={styles.number}>{formatAmount(amountOf(share.spent, "tokens"), "tokens")}</td>
              <td className={styles.change}>{changeWords(amountOf(share.spent, measure), amountOf(share.before, measure))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shares.length > SHOWN && <p className={styles.rest}>and {shares.length - SHOWN} more that cost less</p>}
    </section>
  );
}

function Name({ share, href }: { share: ShareOut; href: string | null }): ReactNode {
  const name = share.name || "Not named";
  return (
    <span className={styles.name}>
      {href === null ? <span title={name}>{name}</span> : <Link href={href} title={name}>{name}</Link>}
      {share.is_archived && <Badge>deleted</Badge>}
    </span>
  );
}

/** A model of this installation is free; where no price is known, nothing can be said. */
function costOf({ key, spent }: ShareOut): string {
  return spent.cost_usd === 0 && /^local(\/|$)/.test(key) ? "free" : formatCost(spent.cost_usd);
}
