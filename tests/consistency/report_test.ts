import { ok, strictEqual } from "node:assert/strict";
import { HistoryChecker } from "./history_checker.ts";
import { createMetrics } from "./metrics.ts";
import { createReport, describeReport, type ReportParts } from "./report.ts";
import { Tally } from "./tally.ts";

const counts = (inconsistent: number) => ({ checks: 1000, inconsistent, marked: 0, failed: 0 });

function parts(more: Partial<ReportParts> = {}): ReportParts {
  return {
    seconds: 10,
    deltaMs: 2000,
    tally: new Tally(),
    ages: new Map([[1, counts(0)], [5, counts(0)]]),
    revalidations: 0,
    fenced: { p50: 3, p99: 20 },
    faults: 0,
    lost: 0,
    broken: new HistoryChecker({ deltaMs: 2000 }).counts,
    ...more,
  };
}

Deno.test("createReport() takes no inconsistency within Δ for a violation, and every one beyond", () => {
  const early = createReport(parts({ ages: new Map([[1, counts(7)], [5, counts(0)]]) }));
  const late = createReport(parts({ ages: new Map([[1, counts(7)], [5, counts(2)]]) }));

  strictEqual(early.violations, 0);
  strictEqual(early.ages[0]?.inconsistent, 7);
  strictEqual(late.violations, 2);
});

Deno.test("createReport() takes a broken invariant, a lost change and a refused read for violations", () => {
  const { broken } = parts();
  const tally = new Tally();
  tally.refusedReads = 1;

  const report = createReport(parts({ broken: { ...broken, I2: 3 }, lost: 1, tally }));

  strictEqual(report.violations, 5);
});

Deno.test("describeReport() tells nines, reads, writes and violations, in this order", () => {
  const line = describeReport(createReport(parts()));

  ok(line.startsWith("nines ≥ 3.00 at 5 s, reads 0, writes 0, violations 0, "), line);
});

Deno.test("createMetrics() exports inconsistencies by age and the nines", async () => {
  const observer = { counts: new Map([[1, counts(10)], [5, counts(0)]]) };
  const checker = new HistoryChecker({ deltaMs: 2000 });
  const registry = createMetrics({ observer, checker, tally: new Tally() });

  const text = await registry.metrics();
  const again = await registry.metrics();

  ok(text.includes('cache_inconsistent_total{age="1"} 10\n'), text);
  ok(text.includes('cache_consistency_nines{age="1"} 2\n'), text);
  ok(text.includes('cache_violations_total{invariant="I1"} 0\n'), text);
  strictEqual(again, text);
});
