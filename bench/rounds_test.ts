import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { compare, toSpread } from "./rounds.ts";

Deno.test("compare() measures in turn, and lets the other go first every second round", async () => {
  const order: string[] = [];
  const of = (name: string, value: number) => () => {
    order.push(name);
    return Promise.resolve({ ms: value });
  };

  const { ms } = await compare(2, { ours: of("ours", 3), raw: of("raw", 4) });

  deepStrictEqual(order, ["ours", "raw", "raw", "ours"]);
  strictEqual(ms.ratio.median, 0.75);
});

Deno.test("compare() keeps the units of a sample apart", async () => {
  const { p50, p99 } = await compare(1, {
    ours: () => Promise.resolve({ p50: 1, p99: 6 }),
    raw: () => Promise.resolve({ p50: 2, p99: 3 }),
  });

  deepStrictEqual([p50.ratio.median, p99.ratio.median], [0.5, 2]);
});

Deno.test("toSpread() sums samples up by minimum, median and maximum", () => {
  deepStrictEqual(toSpread([5, 1, 3]), { min: 1, median: 3, max: 5 });
});
