/**
 * Comparing what a cache answered with what its model answers.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import type { CacheEntry, CacheRead, Fence } from "@cauce/licensing";
import {
  type Answer,
  LONG_MS,
  type ModelEntry,
  type ModelFence,
  type Moment,
} from "./organization_cache_model.ts";

/** What any method of a cache resolves with. */
export type CacheAnswer = CacheRead | CacheEntry | string | void;

/** Throws an `AssertionError` where a cache answered otherwise than the model, to a step of that moment. */
export function assertAlike(
  actual: CacheAnswer,
  { expected, at }: { readonly expected: Answer; readonly at: Moment },
): void {
  if (typeof actual !== "object" || typeof expected !== "object") {
    deepStrictEqual(actual, expected);
  } else if ("outcome" in actual || "outcome" in expected) {
    assertSameRead(actual as CacheRead, expected as Extract<Answer, { outcome: string }>, at);
  } else {
    assertSameEntry(actual, expected, at);
  }
}

function assertSameRead(
  actual: CacheRead,
  expected: Extract<Answer, { outcome: string }>,
  at: Moment,
): void {
  deepStrictEqual(actual.outcome, expected.outcome);
  if (actual.outcome === "HIT" && expected.outcome === "HIT") {
    deepStrictEqual(actual.fact, expected.fact);
    assertAge(actual.ageMs, expected.fence, at);
  } else if (actual.outcome !== "HIT" && expected.outcome !== "HIT") {
    deepStrictEqual(actual.old, expected.old);
    assertSameFence(actual.fence, expected.fence, at);
  }
}

function assertSameEntry(actual: CacheEntry, expected: ModelEntry, at: Moment): void {
  deepStrictEqual(actual.fact, expected.fact);
  assertSameFence(actual.fence, expected.fence, at);
  assertLeft("freshMs", actual.freshMs, expected.freshMs);
  assertLeft("leaseLeftMs", actual.leaseLeftMs, expected.lease?.ms);
  assertLeft("keptMs", actual.keptMs, expected.keptMs);
}

function assertSameFence(
  actual: Fence | undefined,
  expected: ModelFence | undefined,
  at: Moment,
): void {
  deepStrictEqual(actual?.version, expected?.version);
  if (!actual || !expected) return;
  const [earliest, latest] = expected.raisedAt;
  ok(earliest <= actual.raisedAt && actual.raisedAt <= latest, "raised at another time");
  assertAge(actual.ageMs, expected, at);
}

function assertAge(ageMs: number, { raisedAt }: ModelFence, at: Moment): void {
  const [least, most] = [at[0] - raisedAt[1], at[1] - raisedAt[0]];
  ok(least <= ageMs && ageMs <= most, `an age of ${ageMs}, not from ${least} to ${most}`);
}

/** A run takes less than half of a long time, so that the long and the longer are told apart. */
function assertLeft(what: string, actual: number | undefined, given: number | undefined): void {
  if (!actual || !given) return deepStrictEqual(actual, given, what);
  ok(given - LONG_MS / 2 < actual && actual <= given, `${what} is ${actual} of ${given}`);
}
