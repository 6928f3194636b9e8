/**
 * What is known of one key: as much of its past as a read under way may still depend on.
 *
 * @module
 */

import type { State, WriteEvent } from "./history.ts";
import { Steps } from "./steps.ts";

/** What a version was. */
export interface Written {
  readonly state: State;
  readonly name: string | undefined;
}

/** Reads that show an older version than these are judged by all but its name. */
const NAMES = 32;

/** One key. */
export class KeyHistory {
  /** Acknowledged, by when. */
  readonly acknowledged: Steps = new Steps();
  /** Seen as the entry's fence, by when. */
  readonly fence: Steps = new Steps();
  /** The highest version each reader saw. */
  readonly seen: Map<string, number> = new Map();
  /** Which instance stored a version since the last flush. */
  readonly storedBy: Map<number, string> = new Map();
  /** Writes that were sent: no version is higher, as each write raises it by one at most. */
  attempts = 0;
  /** Whether a deletion was sent. */
  mayBeDeleted = false;
  /** The version of the deletion; undefined while none was acknowledged. */
  deletedAt: number | undefined;
  /** The last word, once nothing is written any more. */
  settled: (Written & { readonly version: number; readonly at: number }) | undefined;
  readonly #written = new Map<number, Written>();

  /** Takes an acknowledged write. */
  write({ version, state, name, end }: WriteEvent): void {
    this.acknowledged.raise(version, end);
    if (state === "deleted") this.deletedAt = version;
    remember(this.#written, version, { state, name });
  }

  /** What was written with a version; undefined when that is not known, or not any more. */
  written(version: number): Written | undefined {
    return this.#written.get(version);
  }

  /** Notes who stored a version. Returns another who had stored it. */
  stored(version: number, instance: string): string | undefined {
    const before = this.storedBy.get(version);
    if (before === undefined) remember(this.storedBy, version, instance);
    return before === instance ? undefined : before;
  }

  /** Forgets what no read that began later depends on. */
  forgetBefore(time: number): void {
    this.acknowledged.forgetBefore(time);
    this.fence.forgetBefore(time);
  }

  /** How much is remembered. */
  get size(): number {
    return this.acknowledged.size + this.fence.size + this.seen.size + this.storedBy.size +
      this.#written.size;
  }
}

function remember<Value>(map: Map<number, Value>, version: number, value: Value): void {
  map.set(version, value);
  const [oldest] = map.keys();
  if (map.size > NAMES && oldest !== undefined) map.delete(oldest);
}
