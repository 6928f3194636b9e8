/**
 * Makes a failing schedule short and dull, so that what is left is the reason.
 *
 * A schedule is the numbers it drew. Dropping some, or making them smaller, drops actors and faults
 * and shortens delays: 0 is always the dullest choice.
 *
 * @module
 */

/** What running a tape came to: undefined when it does not fail, or fails in another way. */
export type Try = (tape: readonly number[]) => Promise<Failing | undefined>;

/** A tape that fails. */
export interface Failing {
  /** What was drawn until it failed. */
  readonly tape: readonly number[];
  readonly operations: number;
}

const MOST_TRIES = 50_000;

/** Returns the dullest tape that was found to fail in the same way. Deterministic. */
export async function shrink(first: Failing, tryTape: Try): Promise<Failing> {
  let best = first;
  let tries = 0;

  async function isBetter(tape: readonly number[]): Promise<boolean> {
    if (tries++ >= MOST_TRIES) return false;
    const failing = await tryTape(tape);
    if (failing === undefined || !isDuller(failing, best)) return false;
    best = failing;
    return true;
  }

  async function dropSome(): Promise<void> {
    for (const size of [32, 16, 8, 4, 3, 2, 1]) {
      for (let at = best.tape.length - size; at >= 0; at--) {
        if (await isBetter(best.tape.toSpliced(at, size))) {
          at = Math.min(at, best.tape.length - size + 1);
        }
      }
    }
  }

  async function lowerSome(): Promise<void> {
    for (let at = 0; at < best.tape.length; at++) {
      for (const smaller of smallerThan(best.tape[at] ?? 0)) {
        if (await isBetter(best.tape.with(at, smaller))) break;
      }
    }
  }

  /** An actor who does less also draws less, somewhere further on. */
  async function lowerAndDropSome(): Promise<void> {
    for (let at = 0; at < best.tape.length; at++) {
      const value = best.tape[at] ?? 0;
      if (value === 0) continue;
      for (let from = at + 1; from < best.tape.length; from++) {
        for (const size of [1, 2, 3, 4, 5, 6, 8, 10]) {
          if (await isBetter(best.tape.with(at, value - 1).toSpliced(from, size))) return;
        }
      }
    }
  }

  for (;;) {
    const before = best;
    await dropSome();
    await lowerSome();
    if (best === before) await lowerAndDropSome();
    if (best === before || tries >= MOST_TRIES) return best;
  }
}

/** Candidates, the smallest first: without all, without one of its bits, one less. */
function smallerThan(value: number): number[] {
  if (value === 0) return [];
  const bits = Array.from({ length: 10 }, (_, bit) => 1 << bit).filter((bit) => value & bit);
  const candidates = [0, ...bits.map((bit) => value ^ bit), value - 1];
  return [...new Set(candidates)].sort((a, b) => a - b);
}

/** Fewer operations, then fewer draws, then smaller ones. */
function isDuller(one: Failing, other: Failing): boolean {
  if (one.operations !== other.operations) return one.operations < other.operations;
  if (one.tape.length !== other.tape.length) return one.tape.length < other.tape.length;
  return sum(one.tape) < sum(other.tape);
}

function sum(tape: readonly number[]): number {
  return tape.reduce((total, value) => total + value, 0);
}
