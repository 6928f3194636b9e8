import { ok, strictEqual } from "node:assert/strict";
import { say } from "../support/say.ts";
import { openOwnSystem } from "./own_system.ts";
import type { ConsistencyReport } from "./report.ts";
import { runConsistency } from "./run_consistency.ts";

/** Watches licensing services that have a flaw. */
async function check(flaw: string): Promise<ConsistencyReport> {
  await using system = await openOwnSystem({
    binder: "redis",
    faults: false,
    env: {},
    say,
    licensingArgs: ["--config=tests/deno.json", "--permission-set=services", FLAWED, flaw],
  });
  return await runConsistency({
    system,
    writes: 300,
    seconds: 60,
    ages: [0.5, 3],
    organizations: 20,
    writeRate: 100,
    readRate: 400,
    deltaMs: 2000,
    faultGapMs: 0,
    stopsSinks: false,
    metricsPort: undefined,
    say,
    signal: new AbortController().signal,
  });
}

const FLAWED = "tests/consistency/flawed_licensing.ts";

Deno.test("the checker rejects a licensing service that takes what is below the fence for a hit", async () => {
  const report = await check("below-fence");

  ok(report.broken.I1 > 0, `I1 was broken ${report.broken.I1} times`);
  ok(report.broken.I3 > 0, `I3 was broken ${report.broken.I3} times`);
});

Deno.test("the checker rejects a licensing service that never hears of some changes", async () => {
  const report = await check("lost-event");

  strictEqual(report.broken.I1, 0);
  ok(report.broken.I3 > 0, `I3 was broken ${report.broken.I3} times`);
  ok((report.ages.at(-1)?.inconsistent ?? 0) > 0);
});
