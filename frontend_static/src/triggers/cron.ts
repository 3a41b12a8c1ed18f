/** The schedules that have a form of their own; any other is written as an expression. */
export type Preset =
  | { kind: "minutes"; every: number }
  | { kind: "hourly"; minute: number }
  | { kind: "daily"; time: string; days: "all" | "weekdays" }
  | { kind: "weekly"; time: string; day: number }
  | { kind: "monthly"; time: string; date: number }
  | { kind: "cron" };

/** They divide an hour, so that the time between two runs is always the same. */
export const EVERY = [1, 2, 3, 5, 10, 15, 20, 30];
export const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Write a preset as an expression. */
export function toCron(preset: Preset, cron: string): string {
  switch (preset.kind) {
    case "minutes":
      return preset.every === 1 ? "* * * * *" : `*/${preset.every} * * * *`;
    case "hourly":
      return `${preset.minute} * * * *`;
    case "daily":
      return `${clock(preset.time)} * * ${preset.days === "weekdays" ? "1-5" : "*"}`;
    case "weekly":
      return `${clock(preset.time)} * * ${preset.day}`;
    case "monthly":
      return `${clock(preset.time)} ${preset.date} * *`;
    case "cron":
      return cron;
  }
}

const clock = (time: string): string => {
  const [hour = "9", minute = "0"] = time.split(":");
  return `${Number(minute)} ${Number(hour)}`;
};

/** Find the preset that an expression is, if it is one. */
export function ofCron(cron: string): Preset {
  const [minute = "", hour = "", date = "", month = "", day = ""] = cron.trim().split(/\s+/);
  if (month !== "*") return { kind: "cron" };
  const every = minute === "*" ? 1 : Number(/^\*\/(\d+)$/.exec(minute)?.[1]);
  if (hour === "*" && date === "*" && day === "*" && EVERY.includes(every)) return { kind: "minutes", every };
  if (!within(minute, 59)) return { kind: "cron" };
  if (hour === "*" && date === "*" && day === "*") return { kind: "hourly", minute: Number(minute) };
  if (!within(hour, 23)) return { kind: "cron" };
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (date === "*" && (day === "*" || day === "1-5")) return { kind: "daily", time, days: day === "*" ? "all" : "weekdays" };
  if (date === "*" && within(day, 6)) return { kind: "weekly", time, day: Number(day) };
  if (day === "*" && within(date, 31) && date !== "0") return { kind: "monthly", time, date: Number(date) };
  return { kind: "cron" };
}

const within = (text: string, most: number): boolean => /^\d{1,2}$/.test(text) && Number(text) <= most;

/** Say an expression in words. */
export function inWords(cron: string): string {
  const preset = ofCron(cron);
  switch (preset.kind) {
    case "minutes":
      return preset.every === 1 ? "Every minute" : `Every ${preset.every} minutes`;
    case "hourly":
      return `Every hour at :${String(preset.minute).padStart(2, "0")}`;
    case "daily":
      return `${preset.days === "all" ? "Every day" : "Monday to Friday"} at ${preset.time}`;
    case "weekly":
      return `Every ${DAYS[preset.day]} at ${preset.time}`;
    case "monthly":
      return `On day ${preset.date} of each month at ${preset.time}`;
    case "cron":
      return cron;
  }
}
