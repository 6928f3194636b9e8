/**
 * Protocols that look right and are not. The simulator must find a schedule that breaks each.
 *
 * @module
 */

import { onOrganizationChanged } from "@cauce/licensing";
import { brokenFinds, slowReads } from "./broken_finds.ts";
import { type CacheFlaw, flawedCache } from "./flawed_cache.ts";
import type { Mutant } from "./mutant.ts";

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
  ...brokenFinds,
  ...channels,
];

/** The model that the broken caches are changed from. It must survive. */
export const controls: readonly Mutant[] = [
  { name: "no flaw", parts: {} },
  { name: "no flaw, where reads are slow", parts: { focus: slowReads } },
  { name: "no flaw, in the model of the cache", parts: { createCache: (now) => flawedCache(now) } },
];

/** Returns a mutant or a control by its name. */
export function findMutant(name: string): Mutant | undefined {
  return [...mutants, ...controls].find((mutant) => mutant.name === name);
}
