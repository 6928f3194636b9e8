/**
 * The organizations under load: some are hot and most are not, as in life.
 *
 * @module
 */

/** One organization with a license. */
export interface Subject {
  readonly organizationId: string;
  /** The path of its license: `/v1/organization/…/license/…`. */
  readonly licensePath: string;
  /**
   * Whether readers ask for its last version now and then. That mends an entry which lacks an event,
   * so it must not be done to all.
   */
  readonly isAskedFor: boolean;
  /** The last version that was acknowledged. */
  version: number;
  /** How many names it was given, so that none is given twice. */
  names: number;
  /** Someone is about to delete it, or did. */
  isLeaving: boolean;
}

/** How many deleted ones are still read. */
const DELETED = 50;

/** Chooses among `size` places by Zipf's law: the first is the hottest. */
export class WorkingSet {
  readonly #cumulated: readonly number[];
  readonly #random: () => number;
  readonly #places: Subject[] = [];
  readonly #deleted: Subject[] = [];

  constructor(size: number, { exponent, random }: { exponent: number; random: () => number }) {
    let sum = 0;
    this.#cumulated = Array.from(
      { length: size },
      (_, rank) => sum += 1 / (rank + 1) ** exponent,
    );
    this.#random = random;
  }

  /** How many places there are. */
  get size(): number {
    return this.#cumulated.length;
  }

  /** All that live. */
  get subjects(): readonly Subject[] {
    return this.#places;
  }

  /** Those deleted last. */
  get deleted(): readonly Subject[] {
    return this.#deleted;
  }

  add(subject: Subject): void {
    if (this.#places.length >= this.size) throw new RangeError("Cannot add: no place is left");
    this.#places.push(subject);
  }

  /** Puts another in the place of one that was deleted. Returns the one nobody reads any more. */
  replace(old: Subject, by: Subject): Subject | undefined {
    const place = this.#places.indexOf(old);
    if (place < 0) throw new RangeError(`Cannot replace "${old.organizationId}": it is not here`);
    this.#places[place] = by;
    this.#deleted.push(old);
    return this.#deleted.length > DELETED ? this.#deleted.shift() : undefined;
  }

  /** One that lives, the hot ones more often. */
  pick(): Subject {
    const last = Math.min(this.#places.length, this.size) - 1;
    const wanted = this.#random() * (this.#cumulated[last] ?? 0);
    let [low, high] = [0, last];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulated[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    const subject = this.#places[low];
    if (subject === undefined) throw new RangeError("Cannot pick: there is no organization");
    return subject;
  }

  /** One that was deleted lately; undefined while there is none. */
  pickDeleted(): Subject | undefined {
    return this.#deleted[Math.floor(this.#random() * this.#deleted.length)];
  }
}
