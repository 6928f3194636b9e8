import { deepStrictEqual } from "node:assert/strict";
import { runHealthChecks } from "./health_checks.ts";

interface Case {
  readonly name: string;
  /** What each check says; the last one is said again and again. */
  readonly answers: readonly boolean[];
  readonly retries: number;
  readonly startPeriodMs: number;
  readonly changes: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: "says healthy at the first success",
    answers: [true],
    retries: 2,
    startPeriodMs: 0,
    changes: ["healthy"],
  },
  {
    name: "says unhealthy after so many failures in a row",
    answers: [false, false, true],
    retries: 2,
    startPeriodMs: 0,
    changes: ["unhealthy", "healthy"],
  },
  {
    name: "forgives failures that are fewer",
    answers: [false, true, false, true],
    retries: 2,
    startPeriodMs: 0,
    changes: ["healthy"],
  },
  {
    name: "does not count failures in the start period",
    answers: [false, false, false, true],
    retries: 1,
    startPeriodMs: 60_000,
    changes: ["healthy"],
  },
  {
    name: "counts failures in the start period after the first success",
    answers: [true, false, true],
    retries: 1,
    startPeriodMs: 60_000,
    changes: ["healthy", "unhealthy", "healthy"],
  },
];

for (const { name, answers, retries, startPeriodMs, changes } of CASES) {
  Deno.test(`runHealthChecks() ${name}`, async () => {
    const seen: string[] = [];
    const stop = new AbortController();
    let checks = 0;

    await runHealthChecks({
      times: { intervalMs: 1, timeoutMs: 1000, retries, startPeriodMs },
      check: () => {
        // Two more than there are answers, to see that nothing comes after the last change.
        if (checks > answers.length + 1) stop.abort();
        return Promise.resolve(answers[checks++] ?? answers.at(-1) ?? false);
      },
      onChange: (health) => seen.push(health),
      signal: stop.signal,
    });

    deepStrictEqual(seen, changes);
  });
}
