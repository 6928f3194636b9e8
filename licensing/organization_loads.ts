/**
 * Loads from the origin that are under way in this process: one an organization, for all who wait.
 *
 * @module
 */

import type { CacheTimes } from "./cache_times.ts";
import type { LookupEvent } from "./lookup_event.ts";
import type { OrganizationFact } from "./organization.ts";
import type { FillOutcome, OrganizationCache } from "./organization_cache.ts";
import type { Caller, OrganizationOrigin, OriginAnswer } from "./organization_origin.ts";

/** What a load came to. */
export interface Load {
  readonly answer: OriginAnswer;
  /** What the cache did with the answer; undefined when it was not asked or did not answer. */
  readonly fill: FillOutcome | undefined;
  /**
   * Raises the fence to an answer that was not stored and leaves the lease to its holder, once for
   * all who ask. False when the cache is out of reach.
   */
  raiseFence(): Promise<boolean>;
}

/** What loading takes. */
export interface LoadDeps {
  readonly cache: OrganizationCache;
  readonly origin: OrganizationOrigin;
  readonly times: CacheTimes;
  /** From 0 to less than 1. */
  readonly random: () => number;
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** Takes what the origin said, and when it was asked. */
  readonly note: (
    organizationId: string,
    said: { readonly version: number; readonly at: number },
  ) => void;
  readonly observe?: (event: LookupEvent) => void;
}

/** The loads of one process. */
export interface Loads {
  /**
   * The load under way, unless it began longer ago than a hit is believed without proof. Who asks and
   * who starts one must do both at once, or others come between.
   */
  running(organizationId: string): Promise<Load> | undefined;
  /** Asks the origin, whoever else does; with the lease's token, fills the cache or gives the lease back. */
  start(
    organizationId: string,
    options: { readonly caller: Caller; readonly token?: string },
  ): Promise<Load>;
}

/** No loads yet. */
export function createLoads(
  { cache, origin, times, random, now, note, observe }: LoadDeps,
): Loads {
  const { proofMs } = times;
  const running = new Map<string, { readonly load: Promise<Load>; readonly at: number }>();

  async function load(
    organizationId: string,
    { caller, token }: { readonly caller: Caller; readonly token?: string },
  ): Promise<Load> {
    const at = now();
    const answer = await origin.find(organizationId, caller);
    if (answer !== "unavailable") note(organizationId, { version: answer.version, at });
    if (token === undefined) return toLoad(answer, undefined);
    if (answer === "unavailable") {
      await cache.release(organizationId, token).catch(() => {
        // A cache out of reach: the lease ends by itself.
      });
      return toLoad(answer, undefined);
    }
    const { ttlMs, keepMs } = lifetimeOf(answer, times);
    // Entries that were made together must not end together.
    const jitteredTtlMs = Math.round(ttlMs * (0.8 + 0.4 * random()));
    const fill = await cache.fill(organizationId, {
      token,
      fact: answer,
      ttlMs: jitteredTtlMs,
      keepMs,
    }).catch(() => undefined);
    if (fill !== undefined) observe?.({ kind: "filled", outcome: fill });
    return toLoad(answer, fill);

    function toLoad(answer: OriginAnswer, fill: FillOutcome | undefined): Load {
      let raised: Promise<boolean> | undefined;
      return { answer, fill, raiseFence: () => raised ??= raiseFence(organizationId, answer) };
    }
  }

  async function raiseFence(organizationId: string, answer: OriginAnswer): Promise<boolean> {
    if (answer === "unavailable") return true;
    const fence = { version: answer.version, keepMs: times.keepMs, keepsLease: true };
    return await cache.invalidate(organizationId, fence).then(() => true, () => false);
  }

  function start(
    organizationId: string,
    options: { readonly caller: Caller; readonly token?: string },
  ): Promise<Load> {
    const at = now();
    const started = load(organizationId, options).finally(() => {
      if (running.get(organizationId)?.load === started) running.delete(organizationId);
    });
    running.set(organizationId, { load: started, at });
    return started;
  }

  return {
    running(organizationId) {
      const { load, at } = running.get(organizationId) ?? { at: -Infinity };
      return proofMs === 0 || at >= now() - proofMs ? load : undefined;
    },
    start,
  };
}

/** An id that never existed has no fence to keep, and anyone can make up ids without end. */
function lifetimeOf(
  { state, version }: OrganizationFact,
  { ttlMs, negativeTtlMs, keepMs }: CacheTimes,
): { readonly ttlMs: number; readonly keepMs: number } {
  if (state === "live") return { ttlMs, keepMs };
  return { ttlMs: negativeTtlMs, keepMs: version > 0 ? keepMs : 2 * negativeTtlMs };
}
