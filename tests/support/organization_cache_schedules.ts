/**
 * Readers at two processes, changes and their events in any order: what no schedule may break.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import {
  createFindOrganization,
  type FoundOrganization,
  type OrganizationCache,
  type OrganizationFact,
} from "@cauce/licensing";
import fc from "fast-check";
import { deleted, live } from "./organization_cache_steps.ts";

/** How a run differs beside the order of its steps. */
interface Plan {
  readonly changes: number;
  readonly endsDeleted: boolean;
  /** Every event arrives twice. */
  readonly repeats: boolean;
  /** The cache loses everything once. */
  readonly flushes: boolean;
  /** Without a flush: loads that a replica answers which does not know the last change yet. */
  readonly lags: readonly boolean[];
}

const plans: fc.Arbitrary<Plan> = fc.record({
  changes: fc.integer({ min: 1, max: 3 }),
  endsDeleted: fc.boolean(),
  repeats: fc.boolean(),
  flushes: fc.boolean(),
  lags: fc.array(fc.boolean(), { maxLength: 6 }),
});

const times = {
  ttlMs: 1e9,
  negativeTtlMs: 1e9,
  keepMs: 1e9,
  leaseMs: 1e9,
  waitMs: 100,
  maxStaleMs: 1e9,
  // Without a watermark, every hit is believed.
  proofMs: 0,
};
const caller = { correlationId: "c1", traceparent: "t1" };
const READERS = 3;
const READS = 3;

/** The property, for a cache that `createCache` makes anew for each run. */
export function schedulesKeepInvariants(
  createCache: () => OrganizationCache,
): fc.IAsyncPropertyWithHooks<[fc.Scheduler, Plan]> {
  return fc.asyncProperty(fc.scheduler(), plans, async (scheduler, plan) => {
    const run = createRun(createCache, scheduler, plan);

    await scheduler.waitFor(Promise.all([
      run.change(),
      run.flush(),
      ...Array.from({ length: READERS }, (_, reader) => run.read(reader)),
    ]));

    await run.atQuiescence();
  });
}

function createRun(
  createCache: () => OrganizationCache,
  scheduler: fc.Scheduler,
  plan: Plan,
) {
  let cache = createCache();
  let isScheduled = true;
  let clock = 0;
  let tokens = 0;
  let version = 1;
  /** The highest version whose invalidation was acknowledged: I1 is measured by it. */
  let acknowledged = 0;
  let flushes = 0;
  // A flush together with a lagging replica is beyond what fence and lease promise.
  const lags = plan.flushes ? [] : [...plan.lags];

  function factAt(at: number): OrganizationFact {
    return plan.endsDeleted && at === plan.changes + 1 ? deleted(at) : live(at);
  }

  /** The step may be overtaken before it is done, and its answer once more. */
  async function step<T>(work: () => T | Promise<T>): Promise<T> {
    if (isScheduled) await scheduler.schedule(Promise.resolve());
    const result = await work();
    if (isScheduled) await scheduler.schedule(Promise.resolve());
    return result;
  }

  async function deliver(at: number): Promise<void> {
    await step(async () => {
      await cache.invalidate("o1", { version: at, keepMs: times.keepMs });
      acknowledged = Math.max(acknowledged, at);
    });
  }

  const remote: OrganizationCache = {
    read: (id, options) => step(() => cache.read(id, options)),
    fill: (id, fill) => step(() => cache.fill(id, fill)),
    release: (id, token) => step(() => cache.release(id, token)),
    invalidate: (id, invalidation) => step(() => cache.invalidate(id, invalidation)),
    inspect: (id) => cache.inspect(id),
    ping: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const processes = [0, 1].map(() =>
    createFindOrganization({
      cache: remote,
      origin: {
        isReachable: true,
        find: () => step(() => factAt(lags.shift() ? Math.max(1, version - 1) : version)),
        findIfChanged: () => Promise.reject(new Error("Cannot come here: every hit is believed")),
      },
      times,
      now: () => clock,
      random: () => 0.5,
      sleep: (ms) => step(() => void (clock += ms)),
      newToken: () => `token ${++tokens}`,
    })
  );

  async function find(reader: number): Promise<FoundOrganization> {
    const process = processes[reader % processes.length];
    if (process === undefined) throw new RangeError("Cannot find the process");
    return await process("o1", { caller });
  }

  return {
    async change(): Promise<void> {
      const events: Promise<void>[] = [];
      for (let change = 0; change < plan.changes; change++) {
        const at = await step(() => ++version);
        events.push(deliver(at), ...(plan.repeats ? [deliver(at)] : []));
      }
      await Promise.all(events);
    },
    async flush(): Promise<void> {
      if (!plan.flushes) return;
      await step(() => {
        cache = createCache();
        acknowledged = 0;
        flushes += 1;
      });
    },
    async read(reader: number): Promise<void> {
      let [seen, seenAtFlushes] = [0, flushes];
      for (let read = 0; read < READS; read++) {
        const [floor, flushesBefore] = [acknowledged, flushes];
        const found = await find(reader);
        if (flushes !== flushesBefore || found.status === "stale") continue;
        // I1 and I5: no hit below a fence that was there before the read began.
        if (found.cache === "hit") ok(versionOf(found) >= floor, "a hit below the fence");
        // I2: between flushes, what a reader sees never goes back, be it stored or not.
        if (seenAtFlushes === flushes) ok(versionOf(found) >= seen, "a reader went back");
        [seen, seenAtFlushes] = [versionOf(found), flushes];
      }
    },
    async atQuiescence(): Promise<void> {
      isScheduled = false;
      lags.length = 0;
      await find(0);
      // I3: what is a hit now is what the origin says; and nobody was left waiting for a lease.
      const found = await find(1);
      deepStrictEqual([found.cache, versionOf(found)], ["hit", version]);
    },
  };
}

function versionOf(found: FoundOrganization): number {
  if ("organization" in found) return found.organization.version;
  return found.status === "deleted" ? found.version : 0;
}
