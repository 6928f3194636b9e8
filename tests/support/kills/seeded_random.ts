/**
 * Random numbers that a seed brings back.
 *
 * @module
 */

/** Draws numbers. */
export interface SeededRandom {
  /** A whole number from 0 to less than `count`. */
  below(count: number): number;
  pick<T>(items: readonly T[]): T;
}

/** The same seed gives the same numbers in the same order (mulberry32). */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;

  function below(count: number): number {
    state = state + 0x6d2b79f5 | 0;
    let bits = Math.imul(state ^ state >>> 15, 1 | state);
    bits = bits + Math.imul(bits ^ bits >>> 7, 61 | bits) ^ bits;
    return Math.floor(((bits ^ bits >>> 14) >>> 0) / 2 ** 32 * count);
  }

  return {
    below,
    pick<T>(items: readonly T[]): T {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("Cannot pick: there is nothing to pick from");
      return item;
    },
  };
}
