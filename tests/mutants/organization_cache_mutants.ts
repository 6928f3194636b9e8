/**
 * Organization caches that look right and are not. The cases must refuse each of them.
 *
 * @module
 */

import type {
  CacheRead,
  Fill,
  FillOutcome,
  InvalidateOutcome,
  Invalidation,
  OrganizationCache,
  OrganizationFact,
  ReadOptions,
} from "@cauce/licensing";

/** What a mutant does wrong; `none` is the model that all of them are changed from. */
export const cacheFlaws = [
  "keeps no fence",
  "fills without comparing versions",
  "deletes the entry on an event",
  "sets what is newer, without a lease",
  "hits below the version that was asked for",
  "hits below the fence",
  "keeps the lease of a refused fill",
  "keeps a lease that is given back",
  "takes a lease back from anyone",
  "leaves the lease to its holder on an event",
  "takes the lease that an invalidation is told to leave",
  "raises no fence beside a lease",
  "lowers the fence on a reordered event",
  "drops the old value on an event",
  "gives everyone a lease",
  "keeps a lease for ever",
  "keeps a value for ever",
  "keeps entries without a fence",
] as const;

/** One of them. */
export type CacheFlaw = typeof cacheFlaws[number];

interface Entry {
  fence?: { version: number; raisedAt: number };
  value?: { fact: OrganizationFact; filledAt: number; freshUntil: number };
  lease?: { token: string; until: number };
  keptUntil: number;
}

/** A cache of one process with one flaw, or with none. */
export function flawedOrganizationCache(flaw?: CacheFlaw): OrganizationCache {
  const entries = new Map<string, Entry>();

  function find(id: string): Entry {
    let entry = entries.get(id);
    if (
      entry === undefined ||
      (Date.now() >= entry.keptUntil && flaw !== "keeps entries without a fence")
    ) {
      entry = { keptUntil: 0 };
      entries.set(id, entry);
    }
    return entry;
  }

  function keep(entry: Entry, ms: number): void {
    entry.keptUntil = Math.max(entry.keptUntil, Date.now() + ms);
  }

  function read(id: string, { token, leaseMs, keepMs, minVersion }: ReadOptions): CacheRead {
    const entry = find(id);
    const { value, fence, lease } = entry;
    const floor = flaw === "hits below the fence" ? 0 : fence?.version ?? 0;
    const least = flaw === "hits below the version that was asked for" ? 0 : minVersion;
    const isFresh = flaw === "keeps a value for ever" || Date.now() < (value?.freshUntil ?? 0);
    if (value !== undefined && value.fact.version >= Math.max(floor, least) && isFresh) {
      return { outcome: "HIT", fact: value.fact, ageMs: Date.now() - value.filledAt };
    }
    const found = {
      old: value?.fact,
      fence: fence && { ...fence, ageMs: Date.now() - fence.raisedAt },
    };
    const isLive = flaw === "keeps a lease for ever" || Date.now() < (lease?.until ?? 0);
    if (lease !== undefined && isLive && flaw !== "gives everyone a lease") {
      return { outcome: "WAIT", ...found };
    }
    entry.lease = { token, until: Date.now() + leaseMs };
    keep(entry, (fence?.version ?? 0) > 0 ? keepMs : leaseMs);
    return { outcome: "LEASE", ...found };
  }

  function fill(id: string, { token, fact, ttlMs, keepMs }: Fill): FillOutcome {
    const entry = find(id);
    const { lease } = entry;
    const isOurs = lease?.token === token && Date.now() < lease.until;
    if (!isOurs && flaw !== "sets what is newer, without a lease") return "LOST_LEASE";
    if (flaw !== "keeps the lease of a refused fill") delete entry.lease;
    const floor = Math.max(entry.fence?.version ?? 0, entry.value?.fact.version ?? 0);
    if (fact.version < floor && flaw !== "fills without comparing versions") return "STALE";
    delete entry.lease;
    if (flaw !== "keeps no fence") entry.fence = { version: fact.version, raisedAt: Date.now() };
    entry.value = { fact, filledAt: Date.now(), freshUntil: Date.now() + ttlMs };
    keep(entry, keepMs);
    return "FILLED";
  }

  function release(id: string, token: string): void {
    const entry = find(id);
    if (flaw === "keeps a lease that is given back") return;
    const isOurs = entry.lease?.token === token || flaw === "takes a lease back from anyone";
    if (isOurs) delete entry.lease;
  }

  function invalidate(
    id: string,
    { version, keepMs, keepsLease }: Invalidation,
  ): InvalidateOutcome {
    if (flaw === "deletes the entry on an event") {
      entries.delete(id);
      return "RAISED";
    }
    const entry = find(id);
    const isOld = version <= (entry.fence?.version ?? -1);
    if (isOld && flaw !== "lowers the fence on a reordered event") return "OLD";
    if (flaw === "keeps no fence") delete entry.value;
    else if (!keepsLease || flaw !== "raises no fence beside a lease") {
      entry.fence = { version, raisedAt: Date.now() };
    }
    if (flaw === "drops the old value on an event") delete entry.value;
    const leaves = flaw === "leaves the lease to its holder on an event" ||
      (keepsLease && flaw !== "takes the lease that an invalidation is told to leave");
    if (!leaves) delete entry.lease;
    keep(entry, keepMs);
    return isOld ? "OLD" : "RAISED";
  }

  return {
    read: (id, options) => Promise.resolve(read(id, options)),
    fill: (id, options) => Promise.resolve(fill(id, options)),
    release: (id, token) => Promise.resolve(release(id, token)),
    invalidate: (id, options) => Promise.resolve(invalidate(id, options)),
    inspect(id) {
      const entry = find(id);
      if (entry.keptUntil === 0) return Promise.resolve(undefined);
      const { value, fence } = entry;
      const leaseLeftMs = (entry.lease?.until ?? 0) - Date.now();
      return Promise.resolve({
        fact: value?.fact,
        fence: fence && { ...fence, ageMs: Date.now() - fence.raisedAt },
        freshMs: value && Math.max(0, value.freshUntil - Date.now()),
        leaseLeftMs: leaseLeftMs > 0 ? leaseLeftMs : undefined,
        keptMs: entry.keptUntil - Date.now(),
      });
    },
    ping: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
