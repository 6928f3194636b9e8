/**
 * Which dead letters are meant.
 *
 * @module
 */

import type { DeadLetter } from "./letter.ts";

/** All conditions must hold; without any, every letter is meant. */
export interface LetterFilter {
  /** Letters by their `id`. */
  readonly ids?: readonly string[] | undefined;
  /** A part of the reason, whatever its case. */
  readonly reason?: string | undefined;
  /** The message's whole key. */
  readonly key?: string | undefined;
  /** Given up at this time or later, in ms since the epoch. */
  readonly since?: number | undefined;
}

/** Builds the test for one filter. */
export function createFilter(
  { ids, reason, key, since }: LetterFilter = {},
): (letter: DeadLetter) => boolean {
  const wanted = ids && new Set(ids);
  const part = reason?.toLowerCase();
  return (letter) =>
    (wanted === undefined || wanted.has(letter.id)) &&
    (part === undefined || letter.reason.toLowerCase().includes(part)) &&
    (key === undefined || letter.key === key) &&
    (since === undefined || letter.storedAt >= since);
}
