import type { TriggerChanges } from "../api/triggers";
import type { FormConfig, JsonObject, ScheduleConfig, Trigger, TriggerKind, WebhookConfig } from "../contracts/api";

/** A trigger as it stands in the form. */
export interface Draft {
  name: string;
  /** Empty for the latest published version. */
  version: string;
  rate: string;
  active: string;
  webhook: WebhookConfig;
  schedule: ScheduleConfig;
  /** The input of a schedule's runs, as typed. */
  input: string;
  form: FormConfig;
}

export const KIND_WORDS: Record<TriggerKind, { title: string; icon: string; lead: string; name: string }> = {
  webhook: { title: "Webhook", icon: "globe", name: "Webhook", lead: "Somebody else's system calls an address, and a run begins with what it sends." },
  schedule: { title: "Schedule", icon: "clock", name: "Schedule", lead: "Runs begin when their time has come." },
  form: { title: "Form page", icon: "square-pen", name: "Form", lead: "People fill the start fields in on a page of their own, without an account." },
};

const zoneHere = (): string => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return !zone || zone === "Etc/Unknown" ? "UTC" : zone;
};

/** What stands in the form at first. */
export function draftOf(kind: TriggerKind, trigger: Trigger | null): Draft {
  const own = (trigger?.config ?? {}) as JsonObject;
  const schedule: ScheduleConfig = { cron: "0 9 * * 1-5", time_zone: zoneHere(), missed: "once", most_missed: 10, input: {}, ...(kind === "schedule" ? own : {}) };
  return {
    name: trigger?.name ?? KIND_WORDS[kind].name,
    version: String(trigger?.version ?? ""),
    rate: String(trigger?.rate_per_minute ?? 60),
    active: String(trigger?.most_active ?? 10),
    webhook: { auth: "hmac", credentials: false, answer: "at_once", wait_seconds: 30, ...(kind === "webhook" ? own : {}) },
    schedule,
    input: Object.keys(schedule.input ?? {}).length > 0 ? JSON.stringify(schedule.input, null, 2) : "",
    form: { title: "", description: "", button: "", thanks: "", shows_output: true, sign_in: false, credentials: true, ...(kind === "form" ? own : {}) },
  };
}

export type Read = { kind: "ok"; changes: TriggerChanges } | { kind: "wrong"; errors: Record<string, string> };

/** Read the form; what the server checks better is left to it. */
export function readDraft(kind: TriggerKind, draft: Draft): Read {
  const errors: Record<string, string> = {};
  const rate = wholeOf(draft.rate, 6000);
  const active = wholeOf(draft.active, 1000);
  if (draft.name.trim() === "") errors.name = "Give it a name.";
  if (rate === null) errors.rate_per_minute = "Enter a whole number from 1 to 6000.";
  if (active === null) errors.most_active = "Enter a whole number from 1 to 1000.";
  const config = configOf(kind, draft, errors);
  if (rate === null || active === null || Object.keys(errors).length > 0) return { kind: "wrong", errors };
  const version = draft.version === "" ? ({ follows_latest: true } as const) : { version: Number(draft.version) };
  return { kind: "ok", changes: { name: draft.name.trim(), ...version, rate_per_minute: rate, most_active: active, config } };
}

function configOf(kind: TriggerKind, draft: Draft, errors: Record<string, string>): JsonObject {
  if (kind === "webhook") return { ...draft.webhook };
  if (kind === "form") return { ...draft.form };
  return { ...draft.schedule, input: inputOf(draft.input, errors) };
}

function inputOf(text: string, errors: Record<string, string>): JsonObject {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Said below.
  }
  errors["config.input"] = 'Enter a JSON object, for example {"question": "What is new?"}.';
  return {};
}

function wholeOf(text: string, most: number): number | null {
  const value = Number(text.trim());
  return text.trim() !== "" && Number.isInteger(value) && value >= 1 && value <= most ? value : null;
}
