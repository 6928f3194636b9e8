import { AssertionError, ok } from "node:assert/strict";
import fc from "fast-check";
import { decideScaling } from "../../deploy/local/scaling/target_tracking.ts";
import { scalingKeepsRules } from "./scaling/day.ts";
import { SCALING_MUTANTS } from "./scaling/mutants.ts";

const isLong = Deno.env.get("TEST_LONG") === "1";

Deno.test("scaling keeps the documented rules of target tracking on every day", () => {
  fc.assert(scalingKeepsRules(decideScaling), { numRuns: isLong ? 20_000 : 1_000 });
});

for (const { name, decide } of SCALING_MUTANTS) {
  Deno.test(`the rules refuse scaling that ${name}`, () => {
    const found = fc.check(scalingKeepsRules(decide), { numRuns: 5_000, endOnFailure: true });

    // Any other error would say that the run itself is broken.
    ok(found.errorInstance instanceof AssertionError, String(found.errorInstance));
  });
}
