import { expect, it, vi } from "vitest";
import type { ForecastOut } from "../contracts/api";
import { ForecastCache } from "./forecastCache";

const TOLD = { past_runs: 1 } as ForecastOut;

it("asks once for a draft, however often it is looked at, and anew when the draft or the last run is another", async () => {
  const ask = vi.fn(() => Promise.resolve(TOLD));
  const cache = new ForecastCache(ask);
  const first = cache.of("w", 1, "");
  expect(cache.of("w", 1, "")).toBe(first);
  expect(first.get().kind).toBe("loading");
  await vi.waitFor(() => expect(first.get()).toMatchObject({ kind: "ready", value: TOLD }));
  expect(cache.of("w", 1, "")).toBe(first);
  expect(ask).toHaveBeenCalledTimes(1);
  for (const [workflow, revision, run] of [["w", 2, ""], ["w", 2, "r"], ["x", 2, "r"]] as const) expect(cache.of(workflow, revision, run)).not.toBe(first);
  expect(ask.mock.calls.map((call) => (call as unknown[])[0])).toEqual(["w", "w", "w", "x"]);
});

it("tells a failure, and asks again the next time", async () => {
  const ask = vi.fn(() => Promise.resolve(TOLD)).mockImplementationOnce(() => Promise.reject(new Error("The network is away.")));
  const cache = new ForecastCache(ask);
  const first = cache.of("w", 1, "");
  await vi.waitFor(() => expect(first.get().kind).toBe("failed"));
  const second = cache.of("w", 1, "");
  await vi.waitFor(() => expect(second.get().kind).toBe("ready"));
  expect(ask).toHaveBeenCalledTimes(2);
});
