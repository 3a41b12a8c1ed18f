import { describe, expect, it } from "vitest";
import { inWords, ofCron, toCron } from "./cron";

describe("schedules", () => {
  it.each([
    ["* * * * *", "Every minute"],
    ["*/15 * * * *", "Every 15 minutes"],
    ["5 * * * *", "Every hour at :05"],
    ["30 9 * * *", "Every day at 09:30"],
    ["0 17 * * 1-5", "Monday to Friday at 17:00"],
    ["0 8 * * 3", "Every Wednesday at 08:00"],
    ["0 8 31 * *", "On day 31 of each month at 08:00"],
  ])("reads %s as a preset and writes it back", (cron, words) => {
    expect(inWords(cron)).toBe(words);
    expect(toCron(ofCron(cron), "")).toBe(cron);
  });

  it.each(["*/7 * * * *", "0 0 1 1 *", "0 9 1 * 1", "99 * * * *", "0 9 0 * *", "0 9-17 * * *", "0 0 L * *", "", "0 9 * * 7"])("leaves %s to its author", (cron) => {
    expect(ofCron(cron).kind).toBe("cron");
    expect(toCron({ kind: "cron" }, cron)).toBe(cron);
  });
});
