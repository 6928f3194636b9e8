/**
 * What the origin's primary holds: which version of the organization was committed when.
 *
 * @module
 */

import type { OrganizationFact } from "@cauce/licensing";
import { partitionOf } from "@cauce/messaging";

/** The organization all schedules are about. */
export const ORGANIZATION_ID = "o1";
/** Its destination has two partitions; this is the organization's. */
export const PARTITION: number = partitionOf(ORGANIZATION_ID, 2);
export const PARTITION_COUNT = 2;
const MOST_VERSIONS = 16;

const names = Array.from({ length: MOST_VERSIONS }, (_, version) => `name ${version}`);
const live: readonly OrganizationFact[] = names.map((name, version) => ({
  state: "live",
  version,
  value: { name, contactName: "", contactEmail: "", contactPhone: "" },
}));
const deleted: readonly OrganizationFact[] = names.map((_, version) => ({
  state: "deleted",
  version,
}));

/** The name of the organization at a version. */
export function nameAt(version: number): string {
  return names[version] ?? "";
}

/** Versions follow one another; 0 is an organization that never existed. */
export class Truth {
  /** The version that was committed last. */
  version = 0;
  /** At which version it was deleted; no other follows. */
  deletedAt = Infinity;
  readonly #committedAt: number[] = [];

  /** Forgets everything; the first version is as old as can be. */
  begin(version: number): void {
    this.version = version;
    this.deletedAt = Infinity;
    for (let old = 0; old <= version; old++) this.#committedAt[old] = -Infinity;
  }

  commit(now: number, { isDeletion }: { readonly isDeletion: boolean }): number {
    this.version += 1;
    this.#committedAt[this.version] = now;
    if (isDeletion) this.deletedAt = this.version;
    return this.version;
  }

  /** The origin's answer at a version. */
  factAt(version: number): OrganizationFact {
    const facts = version === 0 || version >= this.deletedAt ? deleted : live;
    return facts[version] as OrganizationFact;
  }

  /** When the last version was committed; -Infinity for the one a schedule begins with. */
  get committedAt(): number {
    return this.#committedAt[this.version] ?? -Infinity;
  }

  /** When a version was replaced; Infinity while it is the last. */
  replacedAt(version: number): number {
    return version < this.version ? this.#committedAt[version + 1] ?? Infinity : Infinity;
  }
}
