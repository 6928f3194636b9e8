import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { parseTestSummary } from "./test_summary.ts";

Deno.test("parseTestSummary() reads the numbers, in colour and with steps", () => {
  deepStrictEqual(parseTestSummary("ok | 8 passed | 0 failed (381ms)"), {
    passed: 8,
    failed: 0,
    ignored: 0,
  });
  deepStrictEqual(
    parseTestSummary("\x1b[31mFAILED\x1b[0m | 5 passed (12 steps) | 2 failed (1 step) (3s)"),
    { passed: 5, failed: 2, ignored: 0 },
  );
});

Deno.test("parseTestSummary() sees tests that were left out", () => {
  deepStrictEqual(parseTestSummary("ok | 8 passed | 0 failed | 3 ignored (381ms)"), {
    passed: 8,
    failed: 0,
    ignored: 3,
  });
});

Deno.test("parseTestSummary() takes no other line for the numbers", () => {
  strictEqual(parseTestSummary("says: ok | 8 passed | 0 failed"), undefined);
  strictEqual(parseTestSummary("a test about failed sends ... ok (3ms)"), undefined);
});
