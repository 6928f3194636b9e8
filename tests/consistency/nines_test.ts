import { strictEqual } from "node:assert/strict";
import { describeNines } from "./nines.ts";

Deno.test("describeNines() tells the share of consistent looks", () => {
  strictEqual(describeNines({ checks: 100_000, inconsistent: 10 }), "4.00");
});

Deno.test("describeNines() claims no more than the looks can show", () => {
  strictEqual(describeNines({ checks: 1000, inconsistent: 0 }), "≥ 3.00");
  strictEqual(describeNines({ checks: 0, inconsistent: 0 }), "≥ 0.00");
});
