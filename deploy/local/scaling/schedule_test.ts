import { strictEqual, throws } from "node:assert/strict";
import { isDue, matcherOf } from "./schedule.ts";

/** Monday, 2026-11-30, in Madrid, which is an hour ahead of UTC in winter. */
const CASES = [
  ["cron(30 7 ? * MON-FRI *)", "2026-11-30T06:30:00Z", true],
  ["cron(30 7 ? * MON-FRI *)", "2026-11-30T07:30:00Z", false],
  ["cron(30 7 ? * MON-FRI *)", "2026-07-06T05:30:00Z", true],
  ["cron(30 7 ? * MON-FRI *)", "2026-11-29T06:30:00Z", false],
  ["cron(0/15 9-17 1,30 NOV ? 2026)", "2026-11-30T08:45:00Z", true],
  ["cron(0/15 9-17 1,30 NOV ? 2026)", "2026-11-30T08:46:00Z", false],
  ["cron(0/15 9-17 1,30 NOV ? 2026)", "2026-12-30T08:45:00Z", false],
  ["at(2026-11-30T20:00:00)", "2026-11-30T19:00:00Z", true],
  ["at(2026-11-30T20:00:00)", "2026-11-30T20:00:00Z", false],
  ["rate(2 hours)", "2026-11-30T02:00:00Z", true],
  ["rate(2 hours)", "2026-11-30T03:00:00Z", false],
] as const;

for (const [expression, time, due] of CASES) {
  Deno.test(`${expression} is ${due ? "due" : "not due"} at ${time}`, () => {
    const matches = matcherOf(schedule(expression));

    strictEqual(matches(Date.parse(time) / 60_000), due);
  });
}

Deno.test("isDue() looks at each minute of a span once, its end included", () => {
  const noon = Date.parse("2026-11-30T12:00:00Z");
  const hourly = schedule("cron(0 * ? * * *)");

  strictEqual(isDue(hourly, { after: noon - 90_000, until: noon }), true);
  strictEqual(isDue(hourly, { after: noon, until: noon + 3_599_999 }), false);
  strictEqual(isDue(hourly, { after: noon, until: noon + 3_600_000 }), true);
});

for (const text of ["cron(0 7 * *)", "cron(x 7 ? * * *)", "rate(0 hours)", "at(soon)", "daily"]) {
  Deno.test(`matcherOf() refuses "${text}"`, () => {
    throws(() => matcherOf(schedule(text)), /Cannot read the schedule/);
  });
}

function schedule(expression: string) {
  const createdAt = Date.parse("2026-11-30T00:00:00Z");
  return { expression, timezone: "Europe/Madrid", createdAt };
}
