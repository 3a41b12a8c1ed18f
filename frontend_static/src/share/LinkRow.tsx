import { useState } from "react";
import { asApiError } from "../api/client";
import { linkRevoke } from "../api/links";
import type { LinkOut } from "../contracts/api";
import { Badge, Button, formatAgo, Icon, toast, type Tone } from "../ui";
import { iconOf, titleOf, usesOf } from "./rights";
import styles from "./share.module.css";

interface LinkRowProps {
  workflowId: string;
  link: LinkOut;
  onChanged: (link: LinkOut) => void;
}

const STATES: Record<LinkOut["state"], { word: string; tone: Tone }> = {
  live: { word: "works", tone: "ok" },
  expired: { word: "over", tone: "neutral" },
  revoked: { word: "revoked", tone: "neutral" },
  used_up: { word: "used up", tone: "neutral" },
};

/** One link: what it is for, how it was used, and the way to end it. */
export function LinkRow({ workflowId, link, onChanged }: LinkRowProps) {
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const revoke = async (): Promise<void> => {
    setBusy(true);
    try {
      onChanged(await linkRevoke(workflowId, link.id));
      toast({ tone: "ok", text: "Revoked. Whoever holds the link finds nothing any more." });
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
    setBusy(false);
    setAsked(false);
  };
  const { word, tone } = STATES[link.state];
  const facts = [
    link.right !== "replay" && (link.version === null ? "newest version" : `version ${link.version}`),
    usesOf(link),
    link.expires_at !== null && link.state === "live" && `until ${new Date(link.expires_at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}`,
    `made ${formatAgo(link.created_at)} by ${link.made_by}`,
  ].filter(Boolean);
  return (
    <li className={styles.link} data-over={link.state === "live" ? undefined : ""}>
      <Icon name={iconOf(link.right)} />
      <div className={styles.linkText}>
        <strong>
          {link.name || titleOf(link.right)}
          {link.name && <span className={styles.right}>{titleOf(link.right)}</span>}
          {link.has_password && (
            <span title="Asks for a password">
              <Icon name="lock" size={14} />
              <span className="visually-hidden">with a password</span>
            </span>
          )}
        </strong>
        <span>{facts.join(" · ")}</span>
      </div>
      <Badge tone={tone}>{word}</Badge>
      {link.state !== "revoked" &&
        (isAsked ? (
          <span className={styles.ask}>
            <Button small onClick={() => setAsked(false)}>
              Keep
            </Button>
            <Button small kind="danger" autoFocus disabled={isBusy} onClick={() => void revoke()}>
              Revoke for good
            </Button>
          </span>
        ) : (
          <Button small aria-label={`Revoke ${link.name || titleOf(link.right)}`} onClick={() => setAsked(true)}>
            Revoke
          </Button>
        ))}
    </li>
  );
}
