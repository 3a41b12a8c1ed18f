import { timeZones } from "../api/triggers";
import { useResource } from "../api/useResource";
import { Field, Select, TextArea, TextInput } from "../ui";
import { DAYS, EVERY, ofCron, toCron, type Preset } from "./cron";
import type { FieldsProps } from "./KindFields";
import { NextTimes } from "./NextTimes";
import styles from "./triggers.module.css";

const KINDS = [
  { value: "minutes", label: "Every few minutes" },
  { value: "hourly", label: "Every hour" },
  { value: "daily", label: "Every day" },
  { value: "weekdays", label: "Monday to Friday" },
  { value: "weekly", label: "Every week" },
  { value: "monthly", label: "Every month" },
  { value: "cron", label: "Cron expression" },
];
const STARTS: Record<string, Preset> = {
  minutes: { kind: "minutes", every: 15 },
  hourly: { kind: "hourly", minute: 0 },
  daily: { kind: "daily", time: "09:00", days: "all" },
  weekdays: { kind: "daily", time: "09:00", days: "weekdays" },
  weekly: { kind: "weekly", time: "09:00", day: 1 },
  monthly: { kind: "monthly", time: "09:00", date: 1 },
};
const MISSED = [
  { value: "once", label: "Run once, for the last of them" },
  { value: "skip", label: "Pass over them" },
  { value: "all", label: "Run for each of the last ones" },
];
const fetchZones = (_: null, signal: AbortSignal) => timeZones({ signal });

interface ScheduleFieldsProps extends FieldsProps {
  /** Whether the expression is written by hand, also where a preset would say the same. */
  isByHand: boolean;
  onByHand: (isByHand: boolean) => void;
}

export function ScheduleFields({ draft, onChange, notes, isByHand, onByHand }: ScheduleFieldsProps) {
  const { schedule } = draft;
  const zones = useResource(fetchZones, null).state;
  const set = (changes: Partial<typeof schedule>): void => onChange({ ...draft, schedule: { ...schedule, ...changes } });
  const preset: Preset = isByHand ? { kind: "cron" } : ofCron(schedule.cron);
  const choice = preset.kind === "daily" && preset.days === "weekdays" ? "weekdays" : preset.kind;
  const choose = (next: string): void => {
    const start = STARTS[next];
    onByHand(start === undefined);
    if (start) set({ cron: toCron("time" in start && "time" in preset ? { ...start, time: preset.time } : start, schedule.cron) });
  };
  return (
    <>
      <div className={styles.pair}>
        <Field label="When">{(control) => <Select {...control} options={KINDS} value={choice} onChange={choose} />}</Field>
        <PresetField preset={preset} cron={schedule.cron} notes={notes("config.cron")} onCron={(cron) => set({ cron })} />
      </div>
      <Field label="Time zone" notes={notes("config.time_zone")}>
        {(control) => (
          <>
            <TextInput {...control} list="time-zones" value={schedule.time_zone} onChange={(event) => set({ time_zone: event.target.value })} />
            <datalist id="time-zones">{zones.kind === "ready" && zones.value.map((zone) => <option key={zone} value={zone} />)}</datalist>
          </>
        )}
      </Field>
      <NextTimes cron={schedule.cron} zone={schedule.time_zone} />
      <div className={styles.pair}>
        <Field label="After missed times" help="When nobody was there to start runs.">
          {(control) => <Select {...control} options={MISSED} value={schedule.missed} onChange={(missed) => set({ missed: missed as typeof schedule.missed })} />}
        </Field>
        {schedule.missed === "all" && (
          <Field label="At most" notes={notes("config.most_missed")}>
            {(control) => <TextInput {...control} inputMode="numeric" value={schedule.most_missed} onChange={(event) => set({ most_missed: Number(event.target.value.replace(/\D/g, "")) })} />}
          </Field>
        )}
      </div>
      <Field label="Input of each run" help="JSON by start field. Empty: their defaults. A field called due_at is told for when the run is." notes={notes("config.input")}>
        {(control) => <TextArea {...control} mono rows={3} spellCheck={false} value={draft.input} onChange={(event) => onChange({ ...draft, input: event.target.value })} />}
      </Field>
    </>
  );
}

interface PresetFieldProps {
  preset: Preset;
  cron: string;
  notes: ReturnType<FieldsProps["notes"]>;
  onCron: (cron: string) => void;
}

function PresetField({ preset, cron, notes, onCron }: PresetFieldProps) {
  const set = (next: Preset): void => onCron(toCron(next, cron));
  switch (preset.kind) {
    case "minutes":
      return <Field label="Minutes">{(control) => <Select {...control} options={EVERY.map((n) => ({ value: String(n), label: n === 1 ? "Every minute" : `Every ${n} minutes` }))} value={String(preset.every)} onChange={(every) => set({ ...preset, every: Number(every) })} />}</Field>;
    case "hourly":
      return <Field label="Minute">{(control) => <Select {...control} options={Array.from({ length: 60 }, (_, n) => ({ value: String(n), label: `:${String(n).padStart(2, "0")}` }))} value={String(preset.minute)} onChange={(minute) => set({ ...preset, minute: Number(minute) })} />}</Field>;
    case "daily":
      return <TimeField time={preset.time} onTime={(time) => set({ ...preset, time })} />;
    case "weekly":
      return (
        <>
          <Field label="Day">{(control) => <Select {...control} options={DAYS.map((label, day) => ({ value: String(day), label }))} value={String(preset.day)} onChange={(day) => set({ ...preset, day: Number(day) })} />}</Field>
          <TimeField time={preset.time} onTime={(time) => set({ ...preset, time })} />
        </>
      );
    case "monthly":
      return (
        <>
          <Field label="Day">{(control) => <Select {...control} options={Array.from({ length: 31 }, (_, n) => ({ value: String(n + 1), label: String(n + 1) }))} value={String(preset.date)} onChange={(date) => set({ ...preset, date: Number(date) })} />}</Field>
          <TimeField time={preset.time} onTime={(time) => set({ ...preset, time })} />
        </>
      );
    case "cron":
      return (
        <Field label="Expression" help="Minute, hour, day, month, weekday." notes={notes}>
          {(control) => <TextInput {...control} mono value={cron} placeholder="0 9 * * 1-5" onChange={(event) => onCron(event.target.value)} />}
        </Field>
      );
  }
}

function TimeField({ time, onTime }: { time: string; onTime: (time: string) => void }) {
  return <Field label="Time">{(control) => <TextInput {...control} type="time" value={time} onChange={(event) => event.target.value !== "" && onTime(event.target.value)} />}</Field>;
}
