/**
 * What an organization cache is, in the fewest words: one entry, as it answers to each step.
 *
 * Redis' clock cannot be set, so no answer may depend on how long a step takes. A time is therefore
 * either long, and outlasts every run, or brief, and is waited for at once: its step ends when the
 * cache's own clock has passed it. What remains to be known of a lease, a value or an entry is
 * whether it is over, and that is all the model keeps.
 *
 * @module
 */

import type { OrganizationFact } from "@cauce/licensing";

/** Outlasts every run. */
export const LONG_MS = 3_600_000;
/** Outlasts the other: the longer time stands. */
export const LONGER_MS = 2 * LONG_MS;
/** Waited for by the step that sets it. */
export const BRIEF_MS = 2;

/** Times are `BRIEF_MS`, `LONG_MS` or `LONGER_MS`. */
export type Step =
  | {
    readonly kind: "read";
    readonly token: string;
    readonly leaseMs: number;
    readonly keepMs: number;
    readonly minVersion: number;
  }
  | {
    readonly kind: "fill";
    readonly token: string;
    readonly fact: OrganizationFact;
    readonly ttlMs: number;
    readonly keepMs: number;
  }
  | { readonly kind: "release"; readonly token: string }
  | {
    readonly kind: "invalidate";
    readonly version: number;
    readonly keepMs: number;
    readonly keepsLease: boolean;
  }
  | { readonly kind: "inspect" }
  /** The cache loses everything, by FLUSHALL or because its node is another one now. */
  | { readonly kind: "forget" };

/** A moment of the cache's clock, as far as an observer can tell. */
export type Moment = readonly [earliest: number, latest: number];

/** The highest version known. */
export interface ModelFence {
  readonly version: number;
  readonly raisedAt: Moment;
}

/** What is to be seen of an entry. Times are those that it was given: less has passed of them. */
export interface ModelEntry {
  fact?: OrganizationFact | undefined;
  freshMs?: number | undefined;
  fence?: ModelFence | undefined;
  lease?: { readonly token: string; readonly ms: number } | undefined;
  keptMs: number;
}

/** What a step is answered with. */
export type Answer =
  | { readonly outcome: "HIT"; readonly fact: OrganizationFact; readonly fence: ModelFence }
  | {
    readonly outcome: "WAIT" | "LEASE";
    readonly old: OrganizationFact | undefined;
    readonly fence: ModelFence | undefined;
  }
  | "FILLED"
  | "LOST_LEASE"
  | "STALE"
  | "RAISED"
  | "OLD"
  | ModelEntry
  | undefined;

/** The model of one entry. */
export class OrganizationCacheModel {
  #entry: ModelEntry | undefined;

  /** The answer to a step that was carried out at that moment. Brief times are over afterwards. */
  take(step: Step, at: Moment): Answer {
    const answer = this.#answer(step, at);
    this.#endBriefTimes();
    return answer;
  }

  #answer(step: Step, at: Moment): Answer {
    switch (step.kind) {
      case "read":
        return this.#read(step);
      case "fill":
        return this.#fill(step, at);
      case "release":
        if (this.#entry?.lease?.token === step.token) this.#entry.lease = undefined;
        return undefined;
      case "invalidate":
        return this.#invalidate(step, at);
      case "inspect":
        return this.#entry && { ...this.#entry };
      case "forget":
        this.#entry = undefined;
    }
  }

  #read({ token, leaseMs, keepMs, minVersion }: Step & { kind: "read" }): Answer {
    const entry = this.#entry ??= { keptMs: 0 };
    const { fact, fence } = entry;
    const least = Math.max(fence?.version ?? 0, minVersion);
    if (fact && fence && entry.freshMs && fact.version >= least) {
      return { outcome: "HIT", fact, fence };
    }
    const found = { old: fact, fence };
    if (entry.lease) return { outcome: "WAIT", ...found };
    entry.lease = { token, ms: leaseMs };
    entry.keptMs = Math.max(entry.keptMs, fence && fence.version > 0 ? keepMs : leaseMs);
    return { outcome: "LEASE", ...found };
  }

  #fill({ token, fact, ttlMs, keepMs }: Step & { kind: "fill" }, at: Moment): Answer {
    const entry = this.#entry;
    if (entry?.lease?.token !== token) return "LOST_LEASE";
    entry.lease = undefined;
    if (fact.version < Math.max(entry.fence?.version ?? 0, entry.fact?.version ?? 0)) {
      return "STALE";
    }
    entry.fact = fact;
    entry.freshMs = ttlMs;
    entry.fence = { version: fact.version, raisedAt: at };
    entry.keptMs = Math.max(entry.keptMs, keepMs);
    return "FILLED";
  }

  #invalidate({ version, keepMs, keepsLease }: Step & { kind: "invalidate" }, at: Moment): Answer {
    const entry = this.#entry ??= { keptMs: 0 };
    if (entry.fence && version <= entry.fence.version) return "OLD";
    entry.fence = { version, raisedAt: at };
    if (!keepsLease) entry.lease = undefined;
    entry.keptMs = Math.max(entry.keptMs, keepMs);
    return "RAISED";
  }

  #endBriefTimes(): void {
    const entry = this.#entry;
    if (!entry) return;
    if (entry.lease?.ms === BRIEF_MS) entry.lease = undefined;
    if (entry.freshMs === BRIEF_MS) entry.freshMs = 0;
    if (entry.keptMs <= BRIEF_MS) this.#entry = undefined;
  }
}
