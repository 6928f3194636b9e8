/**
 * What a load is worth to a reader: by the fence that this reader saw, whoever loaded.
 *
 * @module
 */

import { type FoundOrganization, toFound } from "./found_organization.ts";
import type { CacheRead } from "./organization_cache.ts";
import type { Load } from "./organization_loads.ts";

/** What a reader found instead of a hit. */
export type NoHit = Exclude<CacheRead, { outcome: "HIT" }>;

/** What the reader asks for and saw. */
export interface Asked {
  readonly organizationId: string;
  readonly minVersion: number;
  readonly read: NoHit;
  /** The load may have begun before the reader came. */
  readonly isEarly: boolean;
  /** No more tries: the reader takes what there is. */
  readonly isLast: boolean;
  /** For how long there is no proof that the cache knows every change; without end if never. */
  readonly unprovenMs: () => number;
  readonly maxStaleMs: number;
}

/** Undefined when the answer is older than what is known to exist, and trying again may help. */
export function judgeLoad({ answer, fill }: Load, asked: Asked): FoundOrganization | undefined {
  if (answer === "unavailable") return whatIsKnown(asked);
  const { organizationId, minVersion, read, isEarly, isLast } = asked;
  const isBehind = answer.version < (read.fence?.version ?? 0) || fill === "STALE";
  const isLost = isBehind || (fill === "LOST_LEASE" && read.outcome === "LEASE");
  const isBeforeIt = isEarly && answer.version < minVersion;
  if ((isLost || isBeforeIt) && !isLast) return undefined;
  const cache = fill === "FILLED" ? "stored" : "miss";
  // That it never existed is known to be wrong, and cannot be marked stale.
  const isDenied = isBehind && answer.version === 0;
  if (answer.version < minVersion || isDenied) return { status: "unavailable", cache };
  return toFound(organizationId, answer, { status: isBehind ? "stale" : "current", cache });
}

/** No later hit can be older than the answer. */
export function isHeld({ answer, fill }: Load, { fence }: NoHit): boolean {
  return answer === "unavailable" || fill === "FILLED" || fill === "STALE" ||
    answer.version <= (fence?.version ?? 0);
}

/** The origin is down: the old value, while it is not too old to be told. */
function whatIsKnown(asked: Asked): FoundOrganization {
  const { organizationId, minVersion, read: { old, fence }, maxStaleMs } = asked;
  const isDeleted = old?.state === "deleted" && old.version > 0;
  if (old !== undefined && old.version >= minVersion && (isDeleted || isUsable())) {
    return toFound(organizationId, old, { status: "stale", cache: "stale" });
  }
  return { status: "unavailable", cache: "miss" };

  function isUsable(): boolean {
    if (old?.state !== "live" || fence === undefined) return false;
    // At its fence a value only ended, and a cache that knows every change would know of its next.
    const isLatest = old.version >= fence.version;
    return fence.ageMs < maxStaleMs || (isLatest && asked.unprovenMs() < maxStaleMs);
  }
}
