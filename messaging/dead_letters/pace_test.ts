import { ok, strictEqual } from "node:assert/strict";
import { Pace, stepOf } from "./pace.ts";

Deno.test("stepOf() takes few at once where they are to go slowly", () => {
  for (const [rate, step] of [[0.5, 1], [10, 1], [50, 5], [5000, 100], [Infinity, 100]] as const) {
    strictEqual(stepOf(rate), step, `${rate} a second`);
  }
});

Deno.test("a pace lets the first step go at once, and the next after its share of a second", async () => {
  const pace = new Pace(100);
  const startedAt = performance.now();

  strictEqual(await pace.wait(5, undefined), false);
  ok(performance.now() - startedAt < 40);
  strictEqual(await pace.wait(5, undefined), false);

  ok(performance.now() - startedAt >= 49);
});

Deno.test("a pace without limit never waits", async () => {
  const pace = new Pace(Infinity);
  const startedAt = performance.now();

  for (let step = 0; step < 1000; step += 1) await pace.wait(100, undefined);

  ok(performance.now() - startedAt < 500);
});

Deno.test("a pace says at once that the signal aborted", async () => {
  const pace = new Pace(0.001);
  const stop = new AbortController();
  await pace.wait(1, stop.signal);

  const waiting = pace.wait(1, stop.signal);
  stop.abort();

  strictEqual(await waiting, true);
});
