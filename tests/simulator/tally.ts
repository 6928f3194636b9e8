/**
 * What many schedules came to, as numbers.
 *
 * @module
 */

import { Seen, type SeenName, WANTED } from "./coverage.ts";
import type { Scene } from "./scene.ts";

const names = Object.keys(Seen) as SeenName[];

/** As one thread sends it to another. */
export interface TallyNumbers {
  readonly schedules: number;
  readonly operations: number;
  readonly leastOperations: number;
  readonly seen: readonly number[];
  readonly residue: { readonly schedules: number; readonly broken: number };
}

/** Counts schedules. Those of the known residue are counted apart. */
export class Tally implements TallyNumbers {
  schedules = 0;
  operations = 0;
  leastOperations = Infinity;
  readonly seen: number[] = names.map(() => 0);
  residue: { schedules: number; broken: number } = { schedules: 0, broken: 0 };

  add({ isResidue, operations, seen, violation }: Scene): void {
    if (isResidue) {
      this.residue.schedules += 1;
      if (violation !== undefined) this.residue.broken += 1;
      return;
    }
    this.schedules += 1;
    this.operations += operations;
    this.leastOperations = Math.min(this.leastOperations, operations);
    for (let bit = 0; bit < names.length; bit++) {
      if ((seen >> bit & 1) === 1) this.seen[bit] = (this.seen[bit] as number) + 1;
    }
  }

  merge(other: TallyNumbers): void {
    this.schedules += other.schedules;
    this.operations += other.operations;
    this.leastOperations = Math.min(this.leastOperations, other.leastOperations);
    other.seen.forEach((count, bit) => this.seen[bit] = (this.seen[bit] ?? 0) + count);
    this.residue.schedules += other.residue.schedules;
    this.residue.broken += other.residue.broken;
  }

  /** The share of schedules in which each thing occurred. */
  shares(): { readonly name: SeenName; readonly share: number; readonly isWanted: boolean }[] {
    return names.map((name, bit) => ({
      name,
      share: (this.seen[bit] ?? 0) / Math.max(1, this.schedules),
      isWanted: WANTED.includes(name),
    }));
  }
}
