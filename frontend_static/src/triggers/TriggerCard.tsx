import { useState } from "react";
import { asApiError } from "../api/client";
import { triggerDelete, triggerRotate, triggerUpdate } from "../api/triggers";
import type { FormConfig, ScheduleConfig, Trigger, TriggerMade, WebhookConfig } from "../contracts/api";
import { Badge, FieldNotes, formatAgo, Icon, IconButton, Menu, Switch, toast, type MenuEntry } from "../ui";
import { CallLog } from "./CallLog";
import { CopyLine } from "./CopyLine";
import { inWords } from "./cron";
import { KIND_WORDS } from "./draft";
import { Sure } from "./Sure";
import styles from "./triggers.module.css";

interface TriggerCardProps {
  trigger: Trigger;
  onChange: () => void;
  onEdit: () => void;
  /** Something that has to be shown: a new key, or how to call. */
  onShow: (made: TriggerMade) => void;
}

type Asked = "log" | "delete" | "secret" | "address" | null;

/** One trigger: what it does, whether it is on, what it did last, and what can be done with it. */
export function TriggerCard({ trigger, onChange, onEdit, onShow }: TriggerCardProps) {
  const [asked, setAsked] = useState<Asked>(null);
  const [isBusy, setBusy] = useState(false);
  const { icon, title } = KIND_WORDS[trigger.kind];
  const toggle = async (enabled: boolean): Promise<void> => {
    setBusy(true);
    try {
      await triggerUpdate(trigger, { enabled });
      onChange();
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
    setBusy(false);
  };
  const isWebhook = trigger.kind === "webhook";
  const entries: MenuEntry[] = [
    { id: "log", label: "Log", icon: "list", perform: () => setAsked("log") },
    ...(isWebhook ? [{ id: "how", label: "How to call it", icon: "code", perform: () => onShow({ ...trigger, secret: "" }) }] : []),
    ...(trigger.has_secret ? [{ id: "secret", label: "Make a new key", icon: "refresh-cw", perform: () => setAsked("secret") }] : []),
    ...(trigger.kind !== "schedule" ? [{ id: "address", label: "Make a new address", icon: "refresh-cw", perform: () => setAsked("address") }] : []),
    { kind: "line", id: "line" },
    { id: "delete", label: "Delete", icon: "trash-2", danger: true, perform: () => setAsked("delete") },
  ];
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <span className={styles.cardIcon}>
          <Icon name={icon} size={16} />
        </span>
        <div className={styles.cardTitle}>
          <h2>{trigger.name}</h2>
          <p>
            {title} · {whatOf(trigger)}
          </p>
        </div>
        <Marks trigger={trigger} />
        <div className={styles.cardButtons}>
          <Switch label={<span className="visually-hidden">{trigger.name} is on</span>} checked={trigger.enabled} disabled={isBusy} onChange={(enabled) => void toggle(enabled)} />
          <IconButton icon="pencil" label={`Change ${trigger.name}`} onClick={onEdit} />
          <Menu entries={entries} align="end">
            <IconButton icon="ellipsis" label={`More for ${trigger.name}`} />
          </Menu>
        </div>
      </div>
      {trigger.trouble !== "" && <FieldNotes notes={[{ severity: "warning", message: trigger.trouble }]} />}
      {trigger.address !== "" && <CopyLine label="Address" text={trigger.address} />}
      <dl className={styles.facts}>
        <Fact name="Runs">{trigger.version === null ? "latest version" : `version ${trigger.version}`}</Fact>
        <Fact name="As">{trigger.runs_as?.name ?? "nobody"}</Fact>
        <Fact name="Last">{trigger.last_fired_at === null ? "never" : formatAgo(trigger.last_fired_at)}</Fact>
        {trigger.kind === "schedule" && <Fact name="Next">{trigger.next_at === null ? "while it is on" : new Date(trigger.next_at).toLocaleString()}</Fact>}
      </dl>
      {asked === "log" && <CallLog trigger={trigger} onClose={() => setAsked(null)} />}
      {asked === "delete" && <Sure title={`Delete “${trigger.name}”?`} lead="Its address and its log are gone for good. What it started stays." button="Delete" work={() => triggerDelete(trigger)} onDone={onChange} onClose={() => setAsked(null)} />}
      {(asked === "secret" || asked === "address") && (
        <Sure<TriggerMade> title={asked === "secret" ? "Make a new key?" : "Make a new address?"} lead="The old one is good for nothing from then on." button="Make it" work={() => triggerRotate(trigger, asked)} onDone={(made) => { onChange(); if (isWebhook) onShow(made); }} onClose={() => setAsked(null)} />
      )}
    </li>
  );
}

function whatOf({ kind, config }: Trigger): string {
  if (kind === "schedule") {
    const { cron, time_zone } = config as ScheduleConfig;
    return `${inWords(cron)}, ${time_zone}`;
  }
  if (kind === "form") return (config as FormConfig).sign_in ? "for people with an account" : "for anybody with the address";
  return (config as WebhookConfig).answer === "result" ? "answers with the result" : "answers at once";
}

function Marks({ trigger }: { trigger: Trigger }) {
  const isOpen = trigger.kind === "webhook" && (trigger.config as WebhookConfig).auth === "none";
  return (
    <div className={styles.marks}>
      {isOpen && <Badge tone="fail">No authentication</Badge>}
      {trigger.enabled ? <Badge tone="ok">On</Badge> : <Badge>Off</Badge>}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
