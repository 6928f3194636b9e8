/**
 * The organization cache of a single process, with the semantics of the one in Redis.
 *
 * It holds a bounded number of entries and forgets the least recently used one as a whole, fence and
 * lease together: what a reader loaded before is then refused with LOST_LEASE, as after a FLUSHALL
 * in Redis, and the next reader loads anew. Events reach one member of a group, so it serves one
 * process only.
 *
 * @module
 */

import type { Watermark } from "@cauce/messaging";
import type { OrganizationFact } from "../organization.ts";
import type {
  CacheEntry,
  CacheRead,
  Fence,
  Fill,
  FillOutcome,
  InvalidateOutcome,
  Invalidation,
  OrganizationCache,
  ReadOptions,
} from "../organization_cache.ts";
import type { KnownWatermarks, OrganizationWatermarks } from "../organization_watermarks.ts";

/** How much it holds, and its clock. */
export interface MemoryOrganizationCacheOptions {
  readonly maxEntries: number;
  /** In ms since the epoch. */
  readonly now: () => number;
}

interface Entry {
  keptUntil: number;
  fence: { readonly version: number; readonly raisedAt: number } | undefined;
  value: { readonly fact: OrganizationFact; readonly freshUntil: number } | undefined;
  lease: { readonly token: string; readonly until: number } | undefined;
}

/** Builds an empty cache. */
export function memoryOrganizationCache(
  { maxEntries, now }: MemoryOrganizationCacheOptions,
): OrganizationCache & OrganizationWatermarks {
  return new MemoryOrganizationCache(maxEntries, now);
}

class MemoryOrganizationCache implements OrganizationCache, OrganizationWatermarks {
  readonly #maxEntries: number;
  readonly #now: () => number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  #partitionCount = 0;
  #watermarks = new Map<number, number>();

  constructor(maxEntries: number, now: () => number) {
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  // deno-lint-ignore require-await -- the port is asynchronous
  async read(id: string, { token, leaseMs, keepMs, minVersion }: ReadOptions): Promise<CacheRead> {
    const now = this.#now();
    const entry = this.#find(id) ?? this.#add(id);
    const { value, fence } = entry;
    if (value !== undefined) {
      const { fact, freshUntil } = value;
      const floor = Math.max(fence?.version ?? 0, minVersion);
      if (fact.version >= floor && now < freshUntil) {
        return { outcome: "HIT", fact, ageMs: toFence(fence, now)?.ageMs ?? 0 };
      }
    }
    const found = { old: value?.fact, fence: toFence(fence, now) };
    if (entry.lease !== undefined && now < entry.lease.until) return { outcome: "WAIT", ...found };
    entry.lease = { token, until: now + leaseMs };
    this.#keep(entry, (fence?.version ?? 0) > 0 ? keepMs : leaseMs);
    return { outcome: "LEASE", ...found };
  }

  // deno-lint-ignore require-await -- the port is asynchronous
  async fill(id: string, { token, fact, ttlMs, keepMs }: Fill): Promise<FillOutcome> {
    const now = this.#now();
    const entry = this.#find(id);
    if (entry?.lease?.token !== token || now >= entry.lease.until) return "LOST_LEASE";
    entry.lease = undefined;
    const floor = Math.max(entry.fence?.version ?? 0, entry.value?.fact.version ?? 0);
    if (fact.version < floor) return "STALE";
    entry.fence = { version: fact.version, raisedAt: now };
    entry.value = { fact, freshUntil: now + ttlMs };
    this.#keep(entry, keepMs);
    return "FILLED";
  }

  // deno-lint-ignore require-await -- the port is asynchronous
  async release(id: string, token: string): Promise<void> {
    const entry = this.#find(id);
    if (entry?.lease?.token === token) entry.lease = undefined;
  }

  async invalidate(
    id: string,
    { version, keepMs, keepsLease }: Invalidation,
  ): Promise<InvalidateOutcome> {
    const entry = this.#find(id) ?? this.#add(id);
    if (entry.fence !== undefined && version <= entry.fence.version) return "OLD";
    entry.fence = { version, raisedAt: this.#now() };
    if (!keepsLease) entry.lease = undefined;
    this.#keep(entry, keepMs);
    return await Promise.resolve("RAISED");
  }

  // deno-lint-ignore require-await -- the port is asynchronous
  async inspect(id: string): Promise<CacheEntry | undefined> {
    const now = this.#now();
    const entry = this.#entries.get(id);
    if (entry === undefined || now >= entry.keptUntil) return undefined;
    const leaseLeftMs = (entry.lease?.until ?? 0) - now;
    return {
      fact: entry.value?.fact,
      fence: toFence(entry.fence, now),
      freshMs: entry.value && Math.max(0, entry.value.freshUntil - now),
      leaseLeftMs: leaseLeftMs > 0 ? leaseLeftMs : undefined,
      keptMs: entry.keptUntil - now,
    };
  }

  async raiseWatermark(
    { partition, partitionCount, time }: Watermark,
  ): Promise<"RAISED" | "OLD"> {
    const now = this.#now();
    if (partitionCount !== this.#partitionCount) this.#watermarks = new Map();
    this.#partitionCount = partitionCount;
    const known = this.#watermarks.get(partition) ?? -1;
    // One that is ahead of the clock, since that was set back, gives way.
    if (Math.min(time, now) <= known && known <= now) return "OLD";
    this.#watermarks.set(partition, Math.min(time, now));
    return await Promise.resolve("RAISED");
  }

  readWatermarks(): Promise<KnownWatermarks> {
    const [partitionCount, times] = [this.#partitionCount, new Map(this.#watermarks)];
    return Promise.resolve({ now: this.#now(), partitionCount, times });
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#entries.clear();
    return Promise.resolve();
  }

  /** An entry that is still kept, which becomes the most recently used one. */
  #find(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    this.#entries.delete(id);
    if (this.#now() >= entry.keptUntil) return undefined;
    this.#entries.set(id, entry);
    return entry;
  }

  #add(id: string): Entry {
    const entry = { keptUntil: 0, fence: undefined, value: undefined, lease: undefined };
    this.#entries.set(id, entry);
    if (this.#entries.size > this.#maxEntries) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return entry;
  }

  #keep(entry: Entry, ms: number): void {
    entry.keptUntil = Math.max(entry.keptUntil, this.#now() + ms);
  }
}

function toFence(fence: Entry["fence"], now: number): Fence | undefined {
  return fence && { ...fence, ageMs: now - fence.raisedAt };
}
