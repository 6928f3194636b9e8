import { AssertionError, ok } from "node:assert/strict";
import fc from "fast-check";
import { reconcile } from "../../deploy/local/scheduler/reconcile.ts";
import { schedulerKeepsRules } from "./scheduler/endings.ts";
import { SCHEDULER_MUTANTS } from "./scheduler/mutants.ts";

const isLong = Deno.env.get("TEST_LONG") === "1";

Deno.test("the scheduler keeps the documented rules of ECS in every story", () => {
  fc.assert(schedulerKeepsRules(reconcile), { numRuns: isLong ? 20_000 : 1_000 });
});

for (const { name, decide } of SCHEDULER_MUTANTS) {
  Deno.test(`the rules refuse a scheduler that ${name}`, () => {
    const found = fc.check(schedulerKeepsRules(decide), { numRuns: 5_000, endOnFailure: true });

    // Any other error would say that the run itself is broken.
    ok(found.errorInstance instanceof AssertionError, String(found.errorInstance));
  });
}
