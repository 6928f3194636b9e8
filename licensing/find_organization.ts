/**
 * Finding an organization: in the cache, else at its origin, else whatever is still known.
 *
 * One reader in all processes holds the lease and loads; readers in the same process share its load,
 * readers elsewhere look again until it is stored. Every reader compares the answer with the fence
 * it saw itself, so that sharing never takes anyone back.
 *
 * @module
 */

import type { CacheTimes } from "./cache_times.ts";
import { type FoundOrganization, toFound } from "./found_organization.ts";
import { isHeld, judgeLoad } from "./judge_load.ts";
import type { LookupEvent } from "./lookup_event.ts";
import { createLoads, type Load } from "./organization_loads.ts";
import type { CacheRead, OrganizationCache } from "./organization_cache.ts";
import type { Caller, OrganizationOrigin } from "./organization_origin.ts";
import { type Claim, createProofs } from "./revalidate.ts";

/** What looking up takes. */
export interface FindOrganizationDeps {
  readonly cache: OrganizationCache;
  readonly origin: OrganizationOrigin;
  readonly times: CacheTimes;
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** From 0 to less than 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newToken: () => string;
  /**
   * Until when the cache is known to have been told of every change of an organization, on the clock
   * of `now`; undefined while nothing tells. Absent: nothing ever does.
   */
  readonly provenAt?: (organizationId: string) => number | undefined;
  /** Takes what happens as it happens: returns at once, never throws. */
  readonly observe?: (event: LookupEvent) => void;
}

/** What the reader asks for. */
export interface FindOptions {
  readonly caller: Caller;
  /** Nothing older than this version; 0, any, if absent. */
  readonly minVersion?: number;
}

/** Never rejects: what cannot be found out is `unavailable`. */
export type FindOrganization = (
  organizationId: string,
  options: FindOptions,
) => Promise<FoundOrganization>;

interface Request {
  readonly organizationId: string;
  readonly caller: Caller;
  readonly minVersion: number;
}

/** A load that is refused because a newer version is known is repeated this often. */
const RETRIES = 2;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 50;
/** Waiting has no end before it began: a hit, which does not wait, needs no clock for it. */
const NOT_YET = -Infinity;

/** Builds the look-up of one process. */
export function createFindOrganization(deps: FindOrganizationDeps): FindOrganization {
  const { cache, origin, times, now, random, sleep, newToken } = deps;
  const proofs = createProofs(deps);
  const loads = createLoads({ ...deps, note: proofs.note });

  async function find(request: Request): Promise<FoundOrganization> {
    const { organizationId, caller, minVersion } = request;
    const { leaseMs, keepMs, waitMs, maxStaleMs } = times;
    let [attempt, pauseMs, deadline] = [0, FIRST_PAUSE_MS, NOT_YET];
    for (;;) {
      const token = newToken();
      // Before the cache is read: what is proven later says nothing of a hit from before.
      const provenAt = deps.provenAt?.(organizationId);
      let read: CacheRead;
      try {
        read = await cache.read(organizationId, { token, leaseMs, keepMs, minVersion });
      } catch {
        // The breaker around the cache and the client's own log tell of it.
        return tell(await bypass(request));
      }
      const isLast = attempt === RETRIES;
      if (read.outcome === "HIT") {
        const { fact, ageMs } = read;
        if (proofs.isProven(organizationId, { fact, provenAt })) {
          return tell(toFound(organizationId, fact, { status: "current", cache: "hit" }));
        }
        const found = await revalidated(request, { fact, provenAt, ageMs, isLast });
        if (found !== undefined) return tell(found);
        attempt += 1;
        continue;
      }
      // A load that ended since the cache was read may have filled it: then the next read tells.
      const shared = read.outcome === "WAIT" ? loads.running(organizationId) : undefined;
      if (read.outcome === "WAIT" && shared === undefined && origin.isReachable) {
        if (deadline === NOT_YET) deadline = now() + waitMs;
        if (now() < deadline) {
          await sleep(pauseMs * (0.5 + random()));
          pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
          continue;
        }
      }
      const lease = read.outcome === "LEASE" ? { token } : {};
      const load = await (shared ?? loads.start(organizationId, { caller, ...lease }));
      const found = judgeLoad(load, {
        organizationId,
        minVersion,
        read,
        isEarly: shared !== undefined,
        isLast,
        unprovenMs: () => now() - (provenAt ?? -Infinity),
        maxStaleMs,
      });
      if (found !== undefined) return tell(isHeld(load, read) ? found : await held(load, found));
      [attempt, pauseMs, deadline] = [attempt + 1, FIRST_PAUSE_MS, NOT_YET];
    }
  }

  function tell(found: FoundOrganization): FoundOrganization {
    deps.observe?.({ kind: "found", found });
    return found;
  }

  /** Undefined when the origin has a newer version, which the next read is to load. */
  async function revalidated(
    { organizationId, caller }: Request,
    hit: Claim & { readonly ageMs: number; readonly isLast: boolean },
  ): Promise<FoundOrganization | undefined> {
    const { fact, ageMs, isLast } = hit;
    const said = await proofs.revalidate(organizationId, { fact, caller });
    switch (said.outcome) {
      case "unchanged":
        return toFound(organizationId, fact, { status: "current", cache: "revalidated" });
      case "changed":
        if (!isLast) return undefined;
        return toFound(organizationId, said.fact, {
          status: "current",
          cache: said.isFenced ? "miss" : "bypass",
        });
      case "behind":
      case "unavailable": {
        // Whoever filled it in had it from the origin then.
        const unprovenMs = Math.min(ageMs, proofs.unprovenMs(organizationId, hit));
        if (unprovenMs >= times.maxStaleMs || fact.version === 0) {
          return { status: "unavailable", cache: "miss" };
        }
        return toFound(organizationId, fact, { status: "stale", cache: "stale" });
      }
    }
  }

  /** Lets no later hit be older than the answer, before the reader has it, or owns that the cache had no part in it. */
  async function held(load: Load, found: FoundOrganization): Promise<FoundOrganization> {
    return await load.raiseFence() ? found : { ...found, cache: "bypass" };
  }

  /** Without the cache there is no fence to compare with: the origin alone knows. */
  async function bypass(
    { organizationId, caller, minVersion }: Request,
  ): Promise<FoundOrganization> {
    const load = () => loads.running(organizationId) ?? loads.start(organizationId, { caller });
    const isEarly = loads.running(organizationId) !== undefined;
    let { answer } = await load();
    // What runs now, if anything does, began after the reader came.
    if (isEarly && answer !== "unavailable" && answer.version < minVersion) {
      ({ answer } = await load());
    }
    if (answer === "unavailable" || answer.version < minVersion) {
      return { status: "unavailable", cache: "bypass" };
    }
    return toFound(organizationId, answer, { status: "current", cache: "bypass" });
  }

  return (organizationId, { caller, minVersion = 0 }) =>
    find({ organizationId, caller, minVersion });
}
