/**
 * What a run under load and faults is held to, on every broker.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { runChecker } from "./checker_process.ts";

const IS_LONG = Boolean(Deno.env.get("TEST_LONG"));

const LONG = ["--writes=20000", "--ages=1,5,60"];
const SHORT = [
  ...["--writes=5000", "--ages=1,5", "--fault-gap=3"],
  ...["--write-rate=150", "--read-rate=750"],
];

/** 5,000 writes, or 20,000 with looks after a minute, while everything that can fail does. */
export async function staysTrueUnderFaults(binder: "kafka" | "redis"): Promise<void> {
  const { code, report, lines } = await runChecker([
    ...["--binder", binder, "--faults"],
    ...(IS_LONG ? LONG : SHORT),
  ]);

  ok(report, lines.slice(-20).join("\n"));
  deepStrictEqual(
    {
      broken: Object.entries(report.broken).filter(([, count]) => count > 0),
      late: report.ages.filter(({ age, inconsistent }) => age >= 5 && inconsistent > 0),
      lost: report.lost,
      violations: report.violations,
    },
    { broken: [], late: [], lost: 0, violations: 0 },
  );
  strictEqual(code, 0);
  ok(report.writes >= (IS_LONG ? 20_000 : 5000), `${report.writes} writes`);
  ok(report.faults >= 5, `${report.faults} faults`);
  ok(report.fencesSeen > 1000, `${report.fencesSeen} fences were seen`);
  // The shorter run is disturbed nearly all the time.
  ok(report.hitRatio >= (IS_LONG ? 0.9 : 0.7), `hit ratio ${report.hitRatio}`);
}
