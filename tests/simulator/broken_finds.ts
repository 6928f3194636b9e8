/**
 * Look-ups that go wrong: the production code with its surroundings changed.
 *
 * @module
 */

import {
  createFindOrganization,
  type FindOrganizationDeps,
  type OrganizationCache,
  type OrganizationOrigin,
  type OriginAnswer,
} from "@cauce/licensing";
import { Fault } from "./faults.ts";
import { flawedCache } from "./flawed_cache.ts";
import type { Mutant } from "./mutant.ts";
import type { CreateFind } from "./reader_process.ts";
import { type Focus, Way } from "./scene.ts";

/** The look-up with its surroundings changed. */
function find(change: (deps: FindOrganizationDeps) => Partial<FindOrganizationDeps>): CreateFind {
  return (deps) => createFindOrganization({ ...deps, ...change(deps) });
}

/** The same cache, but for some of its methods. */
function cacheWith(
  cache: OrganizationCache,
  methods: Partial<OrganizationCache>,
): OrganizationCache {
  return {
    read: (id, options) => cache.read(id, options),
    fill: (id, fill) => cache.fill(id, fill),
    release: (id, token) => cache.release(id, token),
    invalidate: (id, invalidation) => cache.invalidate(id, invalidation),
    inspect: (id) => cache.inspect(id),
    ping: () => cache.ping(),
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
    ...methods,
  };
}

/** An origin that repeats what it said once: that a version is unchanged. */
function forgetful(origin: OrganizationOrigin): OrganizationOrigin {
  let unchanged = -1;
  return {
    isReachable: true,
    find: (id, caller) => origin.find(id, caller),
    async findIfChanged(id, options): Promise<OriginAnswer | "unchanged"> {
      if (options.version === unchanged) return "unchanged";
      const answer = await origin.findIfChanged(id, options);
      if (answer === "unchanged") unchanged = options.version;
      return answer;
    },
  };
}

/** Reads are slow while a sink that was cut off catches up. */
export const slowReads: Focus = { faults: Fault.delays | Fault.stalls, slow: Way.readerToCache };

/** One of them for each rule of the look-up. */
export const brokenFinds: readonly Mutant[] = [
  {
    name: "who waited fills without a lease",
    parts: {
      createCache: (now) => flawedCache(now, "fills whatever the lease"),
      createFind: find(({ cache }) => ({
        cache: cacheWith(cache, {
          async read(id, options) {
            const read = await cache.read(id, options);
            return read.outcome === "WAIT" ? { ...read, outcome: "LEASE" } : read;
          },
        }),
      })),
    },
  },
  {
    name: "the least version is ignored",
    parts: {
      createFind: (deps) => {
        const found = createFindOrganization(deps);
        return (id, { caller }) => found(id, { caller });
      },
    },
  },
  {
    name: "the fence a reader saw is ignored",
    parts: {
      createFind: find(({ cache }) => ({
        cache: cacheWith(cache, {
          async read(id, options) {
            const read = await cache.read(id, options);
            return read.outcome === "HIT" ? read : { ...read, fence: undefined };
          },
        }),
      })),
    },
  },
  {
    name: "a refused fill counts as stored",
    parts: {
      createFind: find(({ cache }) => ({
        cache: cacheWith(cache, {
          async fill(id, fill) {
            await cache.fill(id, fill);
            return "FILLED";
          },
        }),
      })),
    },
  },
  {
    name: "a stale answer is not marked",
    parts: {
      createFind: (deps) => {
        const find = createFindOrganization(deps);
        return async (id, options) => {
          const found = await find(id, options);
          return found.status === "stale" ? { ...found, status: "current" } : found;
        };
      },
    },
  },
  {
    name: "answers uncached without raising the fence",
    parts: {
      createFind: find(({ cache }) => ({
        cache: cacheWith(cache, { invalidate: () => Promise.resolve("OLD") }),
      })),
    },
  },
  {
    name: "watermark off, with the sink disconnected",
    parts: { createFind: find(({ times }) => ({ times: { ...times, proofMs: 0 } })) },
  },
  {
    name: "a proof never ages",
    parts: { createFind: find(({ times }) => ({ times: { ...times, proofMs: 1e9 } })) },
  },
  {
    name: "revalidation trusts a 304 from before",
    parts: { createFind: find(({ origin }) => ({ origin: forgetful(origin) })) },
  },
  {
    name: "a hit is proven by what was known after it",
    parts: {
      focus: slowReads,
      createFind: find(({ provenAt }) => ({
        // Compared as a number when the hit is judged: that is when it is looked up.
        provenAt: (id) => ({ valueOf: () => provenAt?.(id) ?? -Infinity }) as unknown as number,
      })),
    },
  },
  {
    name: "fills from a lagging replica after FLUSHALL",
    parts: {
      asksReplica: true,
      focus: { faults: Fault.cacheLosses | Fault.originTroubles, slow: 0 },
    },
  },
];
