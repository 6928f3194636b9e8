import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { compare, toSpread } from "./rounds.ts";

Deno.test("compare() measures in turn, and lets the other go first every second round", async () => {
  const order: string[] = [];
  const of = (name: string, value: number) => () => {
    order.push(name);
    return Promise.resolve(value);
  };

  const { ratio } = await compare(2, { ours: of("ours", 3), raw: of("raw", 4) });

  deepStrictEqual(order, ["ours", "raw", "raw", "ours"]);
  strictEqual(ratio.median, 0.75);
});

Deno.test("toSpread() sums samples up by minimum, median and maximum", () => {
  deepStrictEqual(toSpread([5, 1, 3]), { min: 1, median: 3, max: 5 });
});
