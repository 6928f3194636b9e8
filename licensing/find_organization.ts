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
import type { LookupEvent } from "./lookup_event.ts";
import { createLoads } from "./organization_loads.ts";
import type { CacheRead, OrganizationCache } from "./organization_cache.ts";
import type { Caller, OrganizationOrigin } from "./organization_origin.ts";

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

type NoHit = Exclude<CacheRead, { outcome: "HIT" }>;

/** A load that is refused because a newer version is known is repeated this often. */
const RETRIES = 2;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 50;

/** Builds the look-up of one process. */
export function createFindOrganization(deps: FindOrganizationDeps): FindOrganization {
  const { cache, origin, times, now, random, sleep, newToken } = deps;
  const loads = createLoads(deps);

  async function find(request: Request): Promise<FoundOrganization> {
    for (let attempt = 0;; attempt++) {
      const token = newToken();
      const read = await readOrWait(request, token);
      if (read === undefined) return bypass(request);
      if (read.outcome === "HIT") {
        return toFound(request.organizationId, read.fact, { status: "current", cache: "hit" });
      }
      const found = await load(request, { read, token, isLast: attempt === RETRIES });
      if (found !== undefined) return found;
    }
  }

  /** Reads until there is something to do for this reader. Undefined when the cache is out of reach. */
  async function readOrWait(
    { organizationId, minVersion }: Request,
    token: string,
  ): Promise<CacheRead | undefined> {
    const deadline = now() + times.waitMs;
    for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const { leaseMs, keepMs } = times;
      const read = await cache.read(organizationId, { token, leaseMs, keepMs, minVersion })
        // The breaker around the cache and the client's own log tell of it.
        .catch(() => undefined);
      const isWorthWaiting = read?.outcome === "WAIT" && !loads.has(organizationId) &&
        origin.isReachable && now() < deadline;
      if (!isWorthWaiting) return read;
      await sleep(pauseMs * (0.5 + random()));
    }
  }

  /** Undefined when the answer is older than what is known to exist, and trying again may help. */
  async function load(
    { organizationId, caller, minVersion }: Request,
    { read, token, isLast }: {
      readonly read: NoHit;
      readonly token: string;
      readonly isLast: boolean;
    },
  ): Promise<FoundOrganization | undefined> {
    const { answer, fill } = read.outcome === "LEASE"
      ? await loads.start(organizationId, { caller, token })
      : await loads.share(organizationId, caller);
    if (answer === "unavailable") return whatIsKnown({ organizationId, minVersion }, read);

    const isBehind = answer.version < (read.fence?.version ?? 0) || fill === "STALE";
    const isLost = isBehind || (fill === "LOST_LEASE" && read.outcome === "LEASE");
    // Another reader's load may have begun before the version was there.
    const isEarly = answer.version < minVersion && read.outcome === "WAIT";
    if ((isLost || isEarly) && !isLast) return undefined;
    const used = fill === "FILLED" ? "stored" : "miss";
    if (answer.version < minVersion) return { status: "unavailable", cache: used };
    return toFound(organizationId, answer, {
      status: isBehind ? "stale" : "current",
      cache: used,
    });
  }

  /** The origin is down: the old value, while it is not too old to be told. */
  function whatIsKnown(
    { organizationId, minVersion }: Pick<Request, "organizationId" | "minVersion">,
    { old, fence }: NoHit,
  ): FoundOrganization {
    const isDeleted = old?.state === "deleted" && old.version > 0;
    const isUsable = old?.state === "live" && (fence?.ageMs ?? Infinity) < times.maxStaleMs;
    if (old !== undefined && old.version >= minVersion && (isDeleted || isUsable)) {
      return toFound(organizationId, old, { status: "stale", cache: "stale" });
    }
    return { status: "unavailable", cache: "miss" };
  }

  /** Without the cache there is no fence to compare with: the origin alone knows. */
  async function bypass(
    { organizationId, caller, minVersion }: Request,
  ): Promise<FoundOrganization> {
    let { answer } = await loads.share(organizationId, caller);
    if (answer !== "unavailable" && answer.version < minVersion) {
      ({ answer } = await loads.start(organizationId, { caller }));
    }
    if (answer === "unavailable" || answer.version < minVersion) {
      return { status: "unavailable", cache: "bypass" };
    }
    return toFound(organizationId, answer, { status: "current", cache: "bypass" });
  }

  return async (organizationId, { caller, minVersion = 0 }) => {
    const found = await find({ organizationId, caller, minVersion });
    deps.observe?.({ kind: "found", found });
    return found;
  };
}
