/**
 * The organization cache: the port its adapters fulfil. Start reading here.
 *
 * Each entry has a fence, the highest version known, and at most one live lease, the right to fill.
 * What every adapter guarantees, whatever is repeated, reordered or interrupted:
 * - no HIT below the fence, nor below the version the reader asks for;
 * - a fill is refused when its lease is gone or its version is below the fence;
 * - an invalidation raises the fence and takes the lease away, unless it is told to leave it, and
 *   keeps the old value for readers who find the origin down;
 * - an entry is forgotten as a whole: with its fence goes its lease, so that what a reader loaded
 *   before can no longer be stored.
 *
 * Times are measured by the cache's own clock. Every method rejects when the cache is out of reach,
 * and what would write rejects with a `CacheFullError` when it is not.
 *
 * @module
 */

import type { OrganizationFact } from "./organization.ts";

/**
 * The cache answers, but takes nothing now: its memory is full, or it may not write. Hits are there
 * all the same. It may take it later.
 */
export class CacheFullError extends Error {
  override readonly name = "CacheFullError";
  readonly retriable = true;

  constructor(options: ErrorOptions) {
    super("Cannot write into the cache: it takes nothing now", options);
  }
}

/** Keeps what is known about organizations, behind a fence and a lease. */
export interface OrganizationCache extends AsyncDisposable {
  /** Returns a value that may be used, or else who is to load it. */
  read(organizationId: string, options: ReadOptions): Promise<CacheRead>;
  /** Stores what the holder of the lease loaded, and ends the lease unless it was lost before. */
  fill(organizationId: string, fill: Fill): Promise<FillOutcome>;
  /** Ends the lease of a reader who has nothing to fill in, unless it was lost before. */
  release(organizationId: string, token: string): Promise<void>;
  /** Raises the fence to a version that is known to exist. */
  invalidate(organizationId: string, invalidation: Invalidation): Promise<InvalidateOutcome>;
  /** Shows an entry to a person; takes no lease. Undefined when there is none. */
  inspect(organizationId: string): Promise<CacheEntry | undefined>;
  /** Resolves when the cache answers. */
  ping(): Promise<void>;
}

/** How to read. */
export interface ReadOptions {
  /** Unique to this read: it becomes the name of the lease. */
  readonly token: string;
  readonly leaseMs: number;
  /** How long a fence outlives its last use; at least as long as events can be delivered again. */
  readonly keepMs: number;
  /** An older value is no HIT; 0 for any. */
  readonly minVersion: number;
}

/** The highest version known and since when. */
export interface Fence {
  readonly version: number;
  /** In ms since the epoch. */
  readonly raisedAt: number;
  readonly ageMs: number;
}

/** What a read found. `old` is what the entry holds, and must not be served as current. */
export type CacheRead =
  | { readonly outcome: "HIT"; readonly fact: OrganizationFact; readonly ageMs: number }
  /** Another reader loads the value. */
  | {
    readonly outcome: "WAIT";
    readonly old: OrganizationFact | undefined;
    readonly fence: Fence | undefined;
  }
  /** The caller is to load the value and to fill it in. */
  | {
    readonly outcome: "LEASE";
    readonly old: OrganizationFact | undefined;
    readonly fence: Fence | undefined;
  };

/** What the holder of a lease loaded. */
export interface Fill {
  readonly token: string;
  readonly fact: OrganizationFact;
  readonly ttlMs: number;
  readonly keepMs: number;
}

/** STALE: the fence is above the version; a new read is needed. */
export type FillOutcome = "FILLED" | "LOST_LEASE" | "STALE";

/** A version that exists at the origin. */
export interface Invalidation {
  readonly version: number;
  readonly keepMs: number;
  /** Leaves the lease to its holder, whose load may have that version already; false if absent. */
  readonly keepsLease?: boolean;
}

/** OLD: the fence was there already. */
export type InvalidateOutcome = "RAISED" | "OLD";

/** An entry as it stands. */
export interface CacheEntry {
  readonly fact: OrganizationFact | undefined;
  readonly fence: Fence | undefined;
  /** How much longer the value may be a HIT; undefined without a value, 0 when it may not. */
  readonly freshMs: number | undefined;
  /** How much longer a reader holds the lease; undefined without one. */
  readonly leaseLeftMs: number | undefined;
  /** How much longer the entry is kept. */
  readonly keptMs: number;
}
