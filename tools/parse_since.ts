/**
 * Reads `--since`: a time, or how long ago.
 *
 * @module
 */

import { UsageError } from "./usage_error.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Returns ms since the epoch. Throws `UsageError`. */
export function parseSince(text: string, now: number): number {
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return time;
  throw new UsageError(`Cannot use "${text}" for --since: use a time, or 90s, 15m, 2h, 7d`);
}
