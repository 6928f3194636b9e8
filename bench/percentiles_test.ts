import { strictEqual, throws } from "node:assert/strict";
import { percentile } from "./percentiles.ts";

Deno.test("percentile() takes the nearest rank, whatever the order of the samples", () => {
  const samples = [5, 1, 4, 2, 3];

  strictEqual(percentile(samples, 0.5), 3);
  strictEqual(percentile(samples, 0.99), 5);
  strictEqual(percentile(samples, 0), 1);
});

Deno.test("percentile() refuses an empty sample", () => {
  throws(() => percentile([], 0.5), RangeError);
});
