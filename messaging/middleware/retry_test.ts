import { ok, strictEqual } from "node:assert/strict";
import { InvalidMessageError, PauseAndRetryError } from "../errors.ts";
import { backOffMs, decideRetry } from "./retry.ts";

const options = { maxAttempts: 3, initialIntervalMs: 100, multiplier: 2, maxIntervalMs: 300 };

Deno.test("decideRetry() tries again until maxAttempts", () => {
  const error = new Error("no");

  strictEqual(decideRetry(error, { attempt: 2, pauses: 0 }, options).kind, "retry");
  strictEqual(decideRetry(error, { attempt: 3, pauses: 0 }, options).kind, "give-up");
});

Deno.test("decideRetry() gives up at once on an error that no retry can help", () => {
  const error = new InvalidMessageError("bad");

  strictEqual(decideRetry(error, { attempt: 1, pauses: 0 }, options).kind, "give-up");
});

Deno.test("decideRetry() never gives up while a dependency is down", () => {
  const error = new PauseAndRetryError("down");

  strictEqual(decideRetry(error, { attempt: 99, pauses: 99_999 }, options).kind, "pause");
});

Deno.test("decideRetry() looks every second whether a dependency is back", () => {
  const patient = { ...options, maxIntervalMs: 60_000 };

  const paused = decideRetry(new PauseAndRetryError("down"), { attempt: 1, pauses: 99 }, patient);

  ok(paused.kind === "pause" && paused.afterMs <= 1000);
});

Deno.test("backOffMs() grows by the multiplier, varies by a quarter and stops at the limit", () => {
  for (const [failures, full] of [[1, 100], [2, 200], [3, 300], [5000, 300]] as const) {
    const wait = backOffMs(failures, options);
    ok(wait >= full * 0.75 && wait <= full, `${wait} after ${failures} failures`);
  }
});
