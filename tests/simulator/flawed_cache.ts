/**
 * A cache of one process that can be told to do one thing wrong, or nothing.
 *
 * @module
 */

import type {
  CacheRead,
  Fill,
  FillOutcome,
  InvalidateOutcome,
  Invalidation,
  KnownWatermarks,
  OrganizationCache,
  OrganizationFact,
  OrganizationWatermarks,
  ReadOptions,
} from "@cauce/licensing";
import type { Watermark } from "@cauce/messaging";

/** What it does wrong. */
export type CacheFlaw =
  | "keeps no fence"
  | "gives everyone a lease"
  | "fills without comparing"
  | "deletes on an event"
  | "sets if newer"
  | "fills whatever the lease"
  | "hits below the least version"
  | "hits below the fence"
  | "lowers the fence"
  | "fences nothing that never existed"
  | "leaves the lease on an event"
  | "takes a lease back from anyone"
  | "keeps a lease for ever"
  | "keeps the lease on an epoch change"
  | "keeps entries on an epoch change";

interface Entry {
  fence: number;
  raisedAt: number;
  fact: OrganizationFact | undefined;
  freshUntil: number;
  token: string;
  leasedUntil: number;
}

const EMPTY: Entry = {
  fence: 0,
  raisedAt: 0,
  fact: undefined,
  freshUntil: 0,
  token: "",
  leasedUntil: 0,
};

/** Builds one with a flaw, or with none. It holds one organization. */
export function flawedCache(now: () => number, flaw?: CacheFlaw): FlawedCache {
  return new FlawedCache(now, flaw);
}

/** Knows what an older epoch left behind, as a node that takes over does. */
export class FlawedCache implements OrganizationCache, OrganizationWatermarks {
  readonly #now: () => number;
  readonly #flaw: CacheFlaw | undefined;
  #entry: Entry = { ...EMPTY };
  /** What had arrived at the replica some steps ago. */
  #replica: Entry = { ...EMPTY };
  #steps = 0;
  #partitionCount = 0;
  readonly #times = new Map<number, number>();

  constructor(now: () => number, flaw: CacheFlaw | undefined) {
    this.#now = now;
    this.#flaw = flaw;
  }

  /** The cache after all was lost: empty, unless the flaw is to keep something. */
  afterLoss(): FlawedCache {
    const next = new FlawedCache(this.#now, this.#flaw);
    if (this.#flaw === "keeps entries on an epoch change") next.#entry = this.#replica;
    if (this.#flaw === "keeps the lease on an epoch change") {
      next.#entry = { ...EMPTY, token: this.#entry.token, leasedUntil: this.#entry.leasedUntil };
    }
    return next;
  }

  read(_id: string, { token, leaseMs, minVersion }: ReadOptions): Promise<CacheRead> {
    const entry = this.#step();
    const { fact, fence, raisedAt } = entry;
    const now = this.#now();
    const floor = this.#flaw === "hits below the fence" ? 0 : fence;
    const least = this.#flaw === "hits below the least version" ? 0 : minVersion;
    if (fact !== undefined && fact.version >= Math.max(floor, least) && now < entry.freshUntil) {
      return Promise.resolve({ outcome: "HIT", fact, ageMs: now - raisedAt });
    }
    const found = {
      old: fact,
      fence: raisedAt > 0 ? { version: fence, raisedAt, ageMs: now - raisedAt } : undefined,
    };
    const isHeld = entry.token !== "" && now < entry.leasedUntil;
    if (isHeld && this.#flaw !== "gives everyone a lease") {
      return Promise.resolve({ outcome: "WAIT", ...found });
    }
    entry.token = token;
    entry.leasedUntil = this.#flaw === "keeps a lease for ever" ? Infinity : now + leaseMs;
    return Promise.resolve({ outcome: "LEASE", ...found });
  }

  fill(_id: string, { token, fact, ttlMs }: Fill): Promise<FillOutcome> {
    const entry = this.#step();
    const now = this.#now();
    const isOurs = entry.token === token && now < entry.leasedUntil;
    const needsNone = this.#flaw === "sets if newer" || this.#flaw === "fills whatever the lease";
    if (!isOurs && !needsNone) return Promise.resolve("LOST_LEASE");
    if (isOurs) entry.token = "";
    const isOld = fact.version < Math.max(entry.fence, entry.fact?.version ?? 0);
    if (isOld && this.#flaw !== "fills without comparing") return Promise.resolve("STALE");
    entry.fence = this.#flaw === "keeps no fence" ? 0 : fact.version;
    entry.raisedAt = now;
    entry.fact = fact;
    entry.freshUntil = now + ttlMs;
    return Promise.resolve("FILLED");
  }

  release(_id: string, token: string): Promise<void> {
    const entry = this.#step();
    const isAnyone = this.#flaw === "takes a lease back from anyone";
    if (entry.token === token || isAnyone) entry.token = "";
    return Promise.resolve();
  }

  invalidate(_id: string, { version, keepsLease }: Invalidation): Promise<InvalidateOutcome> {
    const entry = this.#step();
    if (this.#flaw === "deletes on an event") {
      Object.assign(entry, EMPTY);
      return Promise.resolve("RAISED");
    }
    const isOld = entry.raisedAt > 0 && version <= entry.fence;
    if (isOld && this.#flaw !== "lowers the fence") return Promise.resolve("OLD");
    const isUnknown = entry.fact?.version === 0;
    if (isUnknown && this.#flaw === "fences nothing that never existed") {
      return Promise.resolve("RAISED");
    }
    if (this.#flaw === "keeps no fence") entry.fact = undefined;
    else entry.fence = version;
    entry.raisedAt = this.#now();
    if (!keepsLease && this.#flaw !== "leaves the lease on an event") entry.token = "";
    return Promise.resolve("RAISED");
  }

  raiseWatermark({ partition, partitionCount, time }: Watermark): Promise<"RAISED" | "OLD"> {
    const old = this.#times.get(partition) ?? -Infinity;
    this.#partitionCount = partitionCount;
    this.#times.set(partition, Math.max(old, Math.min(time, this.#now())));
    return Promise.resolve(time > old ? "RAISED" : "OLD");
  }

  readWatermarks(): Promise<KnownWatermarks> {
    const times = new Map(this.#times);
    return Promise.resolve({ now: this.#now(), partitionCount: this.#partitionCount, times });
  }

  inspect(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #step(): Entry {
    if (this.#steps++ % 3 === 0) this.#replica = { ...this.#entry };
    return this.#entry;
  }
}
