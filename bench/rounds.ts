/**
 * Rounds: the contenders in turn, again and again, so that a slow moment of the machine hits both.
 *
 * @module
 */

import { percentile } from "./percentiles.ts";

/** What one run measured, by unit. */
export type Sample<Unit extends string> = Readonly<Record<Unit, number>>;

/** Minimum, median and maximum over the rounds. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Two contenders side by side. */
export interface Comparison {
  readonly ours: Spread;
  readonly raw: Spread;
  /** Ours over raw, round by round. */
  readonly ratio: Spread;
}

/**
 * Measures both `rounds` times; who goes first changes from round to round. All units of a sample
 * come from the same runs.
 */
export async function compare<Unit extends string>(
  rounds: number,
  measure: { ours: () => Promise<Sample<Unit>>; raw: () => Promise<Sample<Unit>> },
): Promise<Readonly<Record<Unit, Comparison>>> {
  const ours: Sample<Unit>[] = [];
  const raw: Sample<Unit>[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) ours.push(await measure.ours());
    raw.push(await measure.raw());
    if (round % 2 === 1) ours.push(await measure.ours());
  }
  const units = Object.keys(ours[0] ?? {}) as Unit[];
  const compared = units.map((unit) => [
    unit,
    toComparison(ours.map((sample) => sample[unit]), raw.map((sample) => sample[unit])),
  ]);
  return Object.fromEntries(compared);
}

/** Compares samples of the same rounds. */
export function toComparison(ours: readonly number[], raw: readonly number[]): Comparison {
  const ratios = ours.map((value, round) => value / (raw[round] ?? NaN));
  return { ours: toSpread(ours), raw: toSpread(raw), ratio: toSpread(ratios) };
}

/** Sums up samples. */
export function toSpread(samples: readonly number[]): Spread {
  return {
    min: Math.min(...samples),
    median: percentile(samples, 0.5),
    max: Math.max(...samples),
  };
}
