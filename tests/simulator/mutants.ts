/**
 * Protocols that look right and are not. The simulator must find a schedule that breaks each.
 *
 * @module
 */

import {
  createFindOrganization,
  type FindOrganizationDeps,
  onOrganizationChanged,
  type OrganizationCache,
  type OrganizationOrigin,
  type OriginAnswer,
} from "@cauce/licensing";
import { type CacheFlaw, flawedCache } from "./flawed_cache.ts";
import type { CreateFind } from "./reader_process.ts";
import type { WorldParts } from "./world.ts";

/** What is broken, in words and in a world. */
export interface Mutant {
  readonly name: string;
  readonly parts: WorldParts;
}

const cacheFlaws: readonly (readonly [CacheFlaw, string])[] = [
  ["keeps no fence", "no fence"],
  ["gives everyone a lease", "no lease"],
  ["fills without comparing", "fill without compare"],
  ["deletes on an event", "delete on event"],
  ["sets if newer", "set if newer"],
  ["hits below the least version", "hit below the least version"],
  ["hits below the fence", "hit below the fence"],
  ["lowers the fence", "a late event lowers the fence"],
  ["fences nothing that never existed", "no fence for what never existed"],
  ["leaves the lease on an event", "an event leaves the lease"],
  ["takes a lease back from anyone", "anyone gives a lease back"],
  ["keeps a lease for ever", "a lease that never ends"],
  ["keeps the lease on an epoch change", "the lease outlives an epoch change"],
  ["keeps entries on an epoch change", "entries outlive an epoch change"],
];

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

const finders: readonly Mutant[] = [
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
      createFind: find(({ provenAt }) => ({
        // Compared as a number when the hit is judged: that is when it is looked up.
        provenAt: (id) => ({ valueOf: () => provenAt?.(id) ?? -Infinity }) as unknown as number,
      })),
    },
  },
  { name: "fills from a lagging replica after FLUSHALL", parts: { asksReplica: true } },
];

const channels: readonly Mutant[] = [
  { name: "acknowledge before invalidate", parts: { sinkFlaws: { acknowledgesFirst: true } } },
  {
    name: "an invalidation that fails is given up",
    parts: {
      createSink: (deps) => {
        const sink = onOrganizationChanged(deps);
        return (message, context) => sink(message, context).catch(() => {});
      },
    },
  },
  {
    name: "a deletion is no change",
    parts: {
      createSink: (deps) => {
        const sink = onOrganizationChanged(deps);
        return (message, context) =>
          message.payload.action === "DELETED" ? Promise.resolve() : sink(message, context);
      },
    },
  },
  {
    name: "watermark acted on before earlier messages are settled",
    parts: { sinkFlaws: { overtakesEvents: true } },
  },
  {
    name: "heartbeat of another partition trusted",
    parts: { sinkFlaws: { trustsEveryPartition: true } },
  },
  { name: "relay stalled while heartbeats run", parts: { relayFlaws: { stampsTheClock: true } } },
  {
    name: "heartbeat stamped after the query",
    parts: { relayFlaws: { readsTheClockLate: true } },
  },
  {
    name: "a row counts as published before it is sent",
    parts: { relayFlaws: { marksBeforeSending: true } },
  },
  {
    name: "no republish after the streams lost messages",
    parts: { relayFlaws: { doesNotRepublish: true } },
  },
];

/** All of them. */
export const mutants: readonly Mutant[] = [
  ...cacheFlaws.map(([flaw, name]) => ({
    name,
    parts: { createCache: (now: () => number) => flawedCache(now, flaw) },
  })),
  ...finders,
  ...channels,
];

/** The model that the broken caches are changed from. It must survive. */
export const controls: readonly Mutant[] = [
  { name: "no flaw", parts: {} },
  { name: "no flaw, in the model of the cache", parts: { createCache: (now) => flawedCache(now) } },
];

/** Returns a mutant or a control by its name. */
export function findMutant(name: string): Mutant | undefined {
  return [...mutants, ...controls].find((mutant) => mutant.name === name);
}
