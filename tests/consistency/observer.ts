/**
 * The observer: hears of every change, as anybody could, and looks some seconds later whether each
 * licensing service shows it. It asks the origin only when an answer is too old, and counts what is
 * then truly inconsistent, by the age of the change. After Meta's Polaris.
 *
 * @module
 */

import { now, pause } from "./clock.ts";
import type { LicenseAnswer } from "./license_answer.ts";
import { shownVersion } from "./rules.ts";

/** A change that was heard of. */
export interface Change {
  readonly organizationId: string;
  readonly version: number;
}

/** What came of one change's looks at one age. */
export interface AgeCounts {
  /** Looks that were answered. */
  readonly checks: number;
  /** Those that showed an older version as current, which the origin was beyond. */
  readonly inconsistent: number;
  /** Those that said themselves that they may be old, or that nobody knows. */
  readonly marked: number;
  /** Looks without an answer. */
  readonly failed: number;
}

/** What the observer needs. */
export interface ObserverOptions {
  /** In seconds. */
  readonly ages: readonly number[];
  /** The licensing services. */
  readonly instances: readonly string[];
  /** Reads at an instance; throws when there is no answer. */
  readonly read: (change: Change, instance: string) => Promise<LicenseAnswer>;
  /** The version at the origin, that of a tombstone included; undefined when it does not answer. */
  readonly findOrigin: (organizationId: string) => Promise<number | undefined>;
  /** Told of each true inconsistency. */
  readonly onInconsistent: (found: Inconsistency) => void;
}

/** A look that showed too old a version. */
export interface Inconsistency {
  readonly organizationId: string;
  readonly instance: string;
  readonly age: number;
  readonly shown: number;
  /** The versions that it should have shown, each counted. */
  readonly missed: readonly number[];
}

interface Due {
  readonly change: Change;
  readonly heardAt: number;
}

type Counts = { -readonly [Name in keyof AgeCounts]: number };

/** Changes of one organization that are due within it share a look; none is looked at too early. */
const TICK_MS = 50;
const LOOKS_AT_ONCE = 16;

/** Looks until it is disposed; then what is still due is not looked at. */
export class Observer implements AsyncDisposable {
  readonly #options: ObserverOptions;
  readonly #waiting: ReadonlyMap<number, Due[]>;
  readonly #counts: ReadonlyMap<number, Counts>;
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;
  #heard = 0;
  #looking = 0;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#waiting = new Map(options.ages.map((age) => [age, []]));
    this.#counts = new Map(
      options.ages.map((age) => [age, { checks: 0, inconsistent: 0, marked: 0, failed: 0 }]),
    );
    this.#running = Promise.all(options.ages.map((age) => this.#run(age)));
  }

  /** Takes a change. */
  hear({ organizationId, version }: Change): void {
    this.#heard += 1;
    const heardAt = now();
    for (const due of this.#waiting.values()) {
      due.push({ change: { organizationId, version }, heardAt });
    }
  }

  /** Changes heard of. */
  get heard(): number {
    return this.#heard;
  }

  /** Looks that are still to come or under way. */
  get open(): number {
    return [...this.#waiting.values()].reduce((sum, due) => sum + due.length, this.#looking);
  }

  /** What came of it, by age in seconds. */
  get counts(): ReadonlyMap<number, AgeCounts> {
    return this.#counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(age: number): Promise<void> {
    const waiting = this.#waiting.get(age) ?? [];
    while (!this.#stop.signal.aborted) {
      const latest = now() - age * 1000;
      const end = waiting.findIndex(({ heardAt }) => heardAt > latest);
      const due = waiting.splice(0, end < 0 ? waiting.length : end);
      if (due.length === 0) {
        await pause(TICK_MS, this.#stop.signal);
        continue;
      }
      this.#looking += due.length;
      await this.#lookAtAll(due, age);
      this.#looking -= due.length;
    }
  }

  async #lookAtAll(due: readonly Due[], age: number): Promise<void> {
    const byOrganization = Map.groupBy(due, ({ change }) => change.organizationId);
    const looks = this.#options.instances.flatMap((instance) =>
      [...byOrganization.values()].map((changes) => ({ instance, changes }))
    );
    await Promise.all(
      Array.from({ length: LOOKS_AT_ONCE }, async () => {
        for (let look; (look = looks.pop()) !== undefined && !this.#stop.signal.aborted;) {
          await this.#look(look.changes.map(({ change }) => change), { age, ...look });
        }
      }),
    );
  }

  async #look(
    changes: readonly Change[],
    { age, instance }: { readonly age: number; readonly instance: string },
  ): Promise<void> {
    const counts = this.#counts.get(age);
    const newest = changes.at(-1);
    if (counts === undefined || newest === undefined) return;
    let answer: LicenseAnswer;
    try {
      answer = await this.#options.read(newest, instance);
    } catch {
      // A process that was killed, for instance: what it shows is looked at again at the next age.
      counts.failed += changes.length;
      return;
    }
    counts.checks += changes.length;
    const shown = shownVersion(answer);
    if (shown === undefined || answer.status === "stale") {
      counts.marked += changes.length;
      return;
    }
    const versions = changes.map(({ version }) => version);
    if (versions.every((version) => version <= shown)) return;
    const { organizationId } = newest;
    // An event comes after its commit; only an origin that went back makes the answer right.
    const origin = await this.#options.findOrigin(organizationId) ?? Infinity;
    const missed = versions.filter((version) => shown < version && version <= origin);
    if (missed.length === 0) return;
    counts.inconsistent += missed.length;
    this.#options.onInconsistent({ organizationId, instance, age, shown, missed });
  }
}
