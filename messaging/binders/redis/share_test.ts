import { deepStrictEqual, ok } from "node:assert/strict";
import { quotaOf, takingOrder } from "./share.ts";

const sizes = [1, 2, 3, 7, 8, 32].flatMap((partitionCount) =>
  [1, 2, 3, 5, 8, 40].map((members) => ({ partitionCount, members }))
);

function quotas(size: { members: number; partitionCount: number }): readonly number[] {
  return Array.from({ length: size.members }, (_, rank) => quotaOf(rank, size));
}

Deno.test("quotaOf() shares out every partition, evenly", () => {
  for (const size of sizes) {
    const shares = quotas(size);
    const sum = shares.reduce((left, right) => left + right, 0);
    deepStrictEqual(sum, size.partitionCount);
    ok(Math.max(...shares) - Math.min(...shares) <= 1);
  }
});

Deno.test("quotaOf() gives nobody less when a member leaves, and nobody more when one joins", () => {
  for (const size of sizes) {
    const before = quotas(size);
    const after = quotas({ ...size, members: size.members + 1 });
    before.forEach((share, rank) => ok((after[rank] ?? 0) <= share));
  }
});

Deno.test("takingOrder() names every partition once", () => {
  for (const size of sizes) {
    const order = takingOrder(size.members - 1, size);
    const sorted = [...order].sort((left, right) => left - right);
    deepStrictEqual(sorted, Array.from({ length: size.partitionCount }, (_, index) => index));
  }
});
