import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { earlier, fromOffset, resolvePosition, toOffset } from "./stream_position.ts";

const MAX = 2n ** 64n - 1n;

Deno.test("toOffset() and fromOffset() turn a place into the id behind it, and back", () => {
  for (const [place, offset] of [["0-0", "0-1"], ["5-7", "5-8"], [`5-${MAX}`, "6-0"]] as const) {
    strictEqual(toOffset(place), offset);
    strictEqual(fromOffset(offset), place);
  }
  strictEqual(fromOffset("0-0"), "0-0");
});

Deno.test("earlier() compares ids as numbers", () => {
  strictEqual(earlier("10-0", "9-5"), "9-5");
  strictEqual(earlier("9-10", "9-9"), "9-9");
});

Deno.test("resolvePosition() stays inside what is stored", () => {
  const lastIds = ["50-3", "0-0"];

  deepStrictEqual([...resolvePosition("earliest", lastIds)], [[0, "0-0"], [1, "0-0"]]);
  deepStrictEqual([...resolvePosition("latest", lastIds)], [[0, "50-3"], [1, "0-0"]]);
  deepStrictEqual([...resolvePosition({ time: 50 }, lastIds)], [[0, `49-${MAX}`], [1, "0-0"]]);
  deepStrictEqual([...resolvePosition({ time: 51 }, lastIds)], [[0, "50-3"], [1, "0-0"]]);
  deepStrictEqual([...resolvePosition({ offsets: new Map([[0, "99-0"]]) }, lastIds)], [
    [0, "50-3"],
  ]);
});

Deno.test("resolvePosition() refuses what cannot be an offset or a partition", () => {
  for (const offset of ["7", "-1-0", "the third", `${MAX + 1n}-0`]) {
    throws(() => resolvePosition({ offsets: new Map([[0, offset]]) }, ["0-0"]), RangeError);
  }
  throws(() => resolvePosition({ offsets: new Map([[1, "0-1"]]) }, ["0-0"]), RangeError);
});
