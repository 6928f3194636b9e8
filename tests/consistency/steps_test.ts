import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Steps } from "./steps.ts";

Deno.test("Steps tells how high a number was at a time", () => {
  const steps = new Steps();

  steps.raise(2, 10);
  steps.raise(5, 20);

  deepStrictEqual([9, 10, 19, 20, 99].map((time) => steps.at(time)), [0, 2, 2, 5, 5]);
});

Deno.test("Steps takes what is told late, and nothing that takes it down", () => {
  const steps = new Steps();

  steps.raise(5, 20);
  steps.raise(3, 15);
  steps.raise(4, 30);

  deepStrictEqual([14, 15, 20, 30].map((time) => steps.at(time)), [0, 3, 5, 5]);
});

Deno.test("Steps forgets the past but for its last step", () => {
  const steps = new Steps();
  for (let version = 1; version <= 10; version += 1) steps.raise(version, version * 10);

  steps.forgetBefore(75);

  strictEqual(steps.size, 4);
  deepStrictEqual([75, 100].map((time) => steps.at(time)), [7, 10]);
});
