import { deepStrictEqual, rejects } from "node:assert/strict";
import { resolvePosition } from "./numeric_offsets.ts";

const stored = {
  earliest: new Map([[0, 10], [1, 0]]),
  latest: new Map([[0, 50], [1, 0]]),
  since: (time: number) => Promise.resolve(new Map(time < 1000 ? [[0, 20]] : [])),
};

Deno.test("resolvePosition() keeps an offset inside what is stored", async () => {
  const offsets = new Map([[0, "3"], [1, "99"]]);

  deepStrictEqual(await resolvePosition({ offsets }, stored), new Map([[0, 10], [1, 0]]));
});

Deno.test("resolvePosition() takes the end of a partition that has nothing since a time", async () => {
  deepStrictEqual(await resolvePosition({ time: 500 }, stored), new Map([[0, 20], [1, 0]]));
  deepStrictEqual(await resolvePosition({ time: 2000 }, stored), new Map([[0, 50], [1, 0]]));
});

Deno.test("resolvePosition() leaves a partition alone that is not named", async () => {
  const offsets = new Map([[0, "12"]]);

  deepStrictEqual(await resolvePosition({ offsets }, stored), new Map([[0, 12]]));
});

Deno.test("resolvePosition() refuses what cannot be an offset or a partition", async () => {
  for (const offsets of [new Map([[0, "1-0"]]), new Map([[0, "-1"]]), new Map([[7, "1"]])]) {
    await rejects(resolvePosition({ offsets }, stored), RangeError);
  }
});
