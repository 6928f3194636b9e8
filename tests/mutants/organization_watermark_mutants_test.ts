import { AssertionError, ok } from "node:assert/strict";
import type { OrganizationWatermarks } from "@cauce/licensing";
import { organizationWatermarkCases } from "../support/organization_watermark_cases.ts";

const flaws = [
  "keeps the last one that arrives",
  "keeps the earliest",
  "keeps one for all partitions",
  "believes times ahead of its clock",
  "keeps those of another count",
  "has no clock",
] as const;

type Flaw = typeof flaws[number];

/** A keeper of watermarks with one flaw, or with none. */
function flawedWatermarks(flaw?: Flaw): OrganizationWatermarks {
  let count = 0;
  const times = new Map<number, number>();
  return {
    raiseWatermark({ partition, partitionCount, time }) {
      if (partitionCount !== count && flaw !== "keeps those of another count") times.clear();
      count = partitionCount;
      const slot = flaw === "keeps one for all partitions" ? 0 : partition;
      const told = flaw === "believes times ahead of its clock" ? time : Math.min(time, Date.now());
      const known = times.get(slot);
      const isOld = flaw === "keeps the earliest"
        ? known !== undefined
        : flaw !== "keeps the last one that arrives" && told <= (known ?? -1);
      if (!isOld) times.set(slot, told);
      return Promise.resolve(isOld ? "OLD" : "RAISED");
    },
    readWatermarks: () =>
      Promise.resolve({
        now: flaw === "has no clock" ? 0 : Date.now(),
        partitionCount: count,
        times: new Map(times),
      }),
  };
}

Deno.test("the cases of watermarks accept the model the mutants are made from", async () => {
  for (const one of organizationWatermarkCases) await one.run(flawedWatermarks());
});

for (const flaw of flaws) {
  Deno.test(`the cases of watermarks refuse a cache that ${flaw}`, async () => {
    const outcomes = await Promise.allSettled(
      organizationWatermarkCases.map((one) => one.run(flawedWatermarks(flaw))),
    );

    ok(outcomes.some((one) => one.status === "rejected" && one.reason instanceof AssertionError));
  });
}
