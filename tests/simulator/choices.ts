/**
 * Where a schedule's choices come from: a seed, or a tape of an earlier run.
 *
 * @module
 */

/** Draws numbers. The same seed, or the same tape, gives the same numbers. 0 is the dullest choice. */
export class Choices {
  #state = 0;
  #tape: readonly number[] | undefined;
  #at = 0;
  #drawn: number[] | undefined;

  /** Goes on from a seed, any whole number. */
  useSeed(seed: number): void {
    this.#state = mix(mix(Math.floor(seed / 2 ** 32)) ^ (seed >>> 0));
    this.#tape = undefined;
    this.#drawn = undefined;
  }

  /** The same, and keeps what is drawn: see `drawn`. */
  recordSeed(seed: number): void {
    this.useSeed(seed);
    this.#drawn = [];
  }

  /** Plays what another run drew; after the end, 0. */
  useTape(tape: readonly number[]): void {
    this.#tape = tape;
    this.#at = 0;
    this.#drawn = [];
  }

  /** What was drawn since a tape or a record began. */
  get drawn(): readonly number[] {
    return this.#drawn ?? [];
  }

  /** A whole number from 0 to less than `count`. */
  below(count: number): number {
    if (this.#drawn !== undefined) return this.#kept(count, this.#drawn);
    return (this.#next() * count) / 2 ** 32 | 0;
  }

  #kept(count: number, drawn: number[]): number {
    const value = this.#tape === undefined
      ? (this.#next() * count) / 2 ** 32 | 0
      : Math.min(count - 1, this.#tape[this.#at++] ?? 0);
    drawn.push(value);
    return value;
  }

  #next(): number {
    this.#state = this.#state + 0x9e3779b9 | 0;
    return mix(this.#state);
  }
}

/** Spreads 32 bits so that neighbours have nothing in common. */
function mix(bits: number): number {
  let mixed = bits ^ bits >>> 16;
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x735a2d97);
  return (mixed ^ mixed >>> 15) >>> 0;
}
