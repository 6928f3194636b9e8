/**
 * What every organization cache promises.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  type CacheWorld,
  deleted,
  fill,
  hit,
  invalidate,
  live,
  load,
  LONG_MS,
  read,
  SHORT_MS,
} from "./organization_cache_steps.ts";
import { until } from "./until.ts";

/** A promise as a sentence. */
export interface CacheCase {
  readonly title: string;
  run(world: CacheWorld): Promise<void>;
}

/** All promises. */
export const organizationCacheCases: readonly CacheCase[] = [
  {
    title: "the first reader takes the lease and the next ones wait",
    async run(world) {
      const reads = await Promise.all(Array.from({ length: 50 }, () => read(world)));

      strictEqual(reads.filter(({ outcome }) => outcome === "LEASE").length, 1);
      strictEqual(reads.filter(({ outcome }) => outcome === "WAIT").length, 49);
      const [first] = reads;
      deepStrictEqual(first, { outcome: "LEASE", old: undefined, fence: undefined });
    },
  },
  {
    title: "what the holder of the lease filled in is a hit, with its age",
    async run(world) {
      await load(world, live(3));

      const found = await read(world);
      ok(found.outcome === "HIT");
      deepStrictEqual(found.fact, live(3));
      ok(found.ageMs >= 0 && found.ageMs < LONG_MS);
    },
  },
  {
    title: "a deletion is a hit, and so is an organization that never existed",
    async run(world) {
      await load(world, deleted(0));
      deepStrictEqual(await hit(world), deleted(0));

      await invalidate(world, 4);
      await load(world, deleted(4));

      deepStrictEqual(await hit(world), deleted(4));
    },
  },
  {
    title: "an invalidation ends hits below its version and keeps the old value with its fence",
    async run(world) {
      await load(world, live(3));

      strictEqual(await invalidate(world, 4), "RAISED");

      const found = await read(world);
      ok(found.outcome === "LEASE");
      deepStrictEqual(found.old, live(3));
      strictEqual(found.fence?.version, 4);
      ok(found.fence.ageMs >= 0 && found.fence.ageMs < LONG_MS);
    },
  },
  {
    title: "a fill that read before an invalidation is refused",
    async run(world) {
      await read(world, { token: "early" });
      await invalidate(world, 2);

      strictEqual(await fill(world, live(1), { token: "early" }), "LOST_LEASE");

      strictEqual((await read(world)).outcome, "LEASE");
    },
  },
  {
    title: "a fill below the fence is refused, although it holds the lease",
    async run(world) {
      await invalidate(world, 5);
      await read(world, { token: "lagging" });

      strictEqual(await fill(world, live(4), { token: "lagging" }), "STALE");

      strictEqual(await hit(world), undefined);
    },
  },
  {
    title: "a fill below the value that stands is refused",
    async run(world) {
      await load(world, live(5), { ttlMs: SHORT_MS });
      const token = "lagging";
      await until(
        async () => (await read(world, { token })).outcome === "LEASE",
        "the value's end",
      );

      strictEqual(await fill(world, live(4), { token }), "STALE");
    },
  },
  {
    title: "a refused fill ends its lease, so that the next reader need not wait",
    async run(world) {
      await invalidate(world, 5);
      await read(world, { token: "lagging" });
      await fill(world, live(4), { token: "lagging" });

      strictEqual((await read(world)).outcome, "LEASE");
    },
  },
  {
    title: "a lease that is given back is the next reader's, and nobody else can give it back",
    async run(world) {
      await invalidate(world, 5);
      await read(world, { token: "in vain" });

      await world.cache.release(world.id, "another");
      strictEqual((await read(world)).outcome, "WAIT");
      await world.cache.release(world.id, "in vain");

      strictEqual((await read(world, { token: "next" })).outcome, "LEASE");
      strictEqual(await fill(world, live(5), { token: "in vain" }), "LOST_LEASE");
      strictEqual(await fill(world, live(5), { token: "next" }), "FILLED");
    },
  },
  {
    title: "a fill without the lease is refused, also when it is newer",
    async run(world) {
      await load(world, live(1));

      strictEqual(await fill(world, live(2), { token: "nobody" }), "LOST_LEASE");

      deepStrictEqual(await hit(world), live(1));
    },
  },
  {
    title: "a lease fills once",
    async run(world) {
      await load(world, live(1));

      strictEqual(await fill(world, live(1), { token: "loads" }), "LOST_LEASE");
    },
  },
  {
    title: "a fill above the fence raises it, so that the late event changes nothing",
    async run(world) {
      await invalidate(world, 4);
      await load(world, live(6));

      strictEqual(await invalidate(world, 5), "OLD");
      strictEqual(await invalidate(world, 6), "OLD");

      deepStrictEqual(await hit(world), live(6));
    },
  },
  {
    title: "events that are repeated or reordered change nothing, and take no lease away",
    async run(world) {
      await invalidate(world, 7);
      await read(world, { token: "loads" });

      strictEqual(await invalidate(world, 7), "OLD");
      strictEqual(await invalidate(world, 6), "OLD");

      strictEqual((await read(world)).outcome, "WAIT");
      strictEqual(await fill(world, live(7), { token: "loads" }), "FILLED");
    },
  },
  {
    title:
      "a fence that is raised beside a lease ends hits and leaves the lease, whose fill it judges",
    async run(world) {
      await load(world, live(3));
      await read(world, { token: "loads", minVersion: 4 });

      strictEqual(await invalidate(world, 5, { keepsLease: true }), "RAISED");

      strictEqual((await read(world)).outcome, "WAIT");
      strictEqual(await invalidate(world, 5, { keepsLease: true }), "OLD");
      strictEqual(await fill(world, live(4), { token: "loads" }), "STALE");
      await read(world, { token: "loads again" });
      await invalidate(world, 6, { keepsLease: true });
      strictEqual(await fill(world, live(6), { token: "loads again" }), "FILLED");
      deepStrictEqual(await hit(world), live(6));
    },
  },
  {
    title: "a reader who asks for a version never hits an older one",
    async run(world) {
      await load(world, live(3));

      const found = await read(world, { minVersion: 4 });

      ok(found.outcome === "LEASE");
      deepStrictEqual(found.old, live(3));
      deepStrictEqual(await hit(world), live(3));
    },
  },
  {
    title: "a value ends with its time and is still there as the old one",
    async run(world) {
      await load(world, live(3), { ttlMs: SHORT_MS });

      const found = await until(async () => {
        const found = await read(world);
        return found.outcome === "LEASE" && found;
      }, "the value's end");
      deepStrictEqual(found.old, live(3));
    },
  },
  {
    title: "a lease that ran out is taken by the next reader and fills no more",
    async run(world) {
      await invalidate(world, 1);
      await read(world, { token: "crashed", leaseMs: SHORT_MS });

      const retake = async () => (await read(world, { token: "next" })).outcome === "LEASE";
      await until(retake, "the lease's end");

      strictEqual(await fill(world, live(2), { token: "crashed" }), "LOST_LEASE");
      strictEqual(await fill(world, live(2), { token: "next" }), "FILLED");
    },
  },
  {
    title: "without a fence nothing is kept beyond the lease",
    async run(world) {
      await read(world, { leaseMs: SHORT_MS });

      await until(async () => await world.cache.inspect(world.id) === undefined, "the entry's end");
    },
  },
  {
    title: "inspect() shows value, fence and lease, and takes none",
    async run(world) {
      strictEqual(await world.cache.inspect(world.id), undefined);
      await load(world, live(3));
      await invalidate(world, 4);
      await world.cache.inspect(world.id);
      strictEqual((await read(world)).outcome, "LEASE");

      const entry = await world.cache.inspect(world.id);

      ok(entry);
      deepStrictEqual(entry.fact, live(3));
      strictEqual(entry.fence?.version, 4);
      ok(entry.freshMs !== undefined && entry.freshMs > 0);
      ok(entry.leaseLeftMs !== undefined && entry.leaseLeftMs > 0);
      ok(entry.keptMs > 0 && entry.keptMs <= LONG_MS);
    },
  },
];
