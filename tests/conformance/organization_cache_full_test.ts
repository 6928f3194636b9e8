import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { CacheFullError } from "@cauce/licensing";
import { redisOrganizationCache } from "@cauce/licensing/cache";
import { silentLogger } from "@cauce/messaging";
import { Redis } from "ioredis";
import {
  type CacheWorld,
  fill,
  hit,
  invalidate,
  live,
  load,
  read,
} from "../support/organization_cache_steps.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { until } from "../support/until.ts";

/** A Redis of the test's own that can be told to take nothing. */
async function openRedis() {
  await using opened = new AsyncDisposableStack();
  const { address: url } = opened.use(await openOwnBroker("redis"));
  const cache = opened.use(
    redisOrganizationCache({ url, commandTimeoutMs: 5000, logger: silentLogger }),
  );
  const admin = new Redis(url);
  opened.defer(() => admin.disconnect());
  await until(() => cache.ping().then(() => true), "the cache's Redis");
  await admin.config("SET", "maxmemory-policy", "noeviction");
  const world = (id: string): CacheWorld => ({ cache, id });
  const all = opened.move();
  return { cache, admin, world, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

Deno.test("organization cache in Redis: one that is full hits what it has and gives no lease", async () => {
  await using redis = await openRedis();
  const [known, unknown] = [redis.world("known"), redis.world("unknown")];
  await load(known, live(3));

  await redis.admin.config("SET", "maxmemory", "1");

  deepStrictEqual(await hit(known), live(3));
  await rejects(read(known, { minVersion: 4 }), CacheFullError);
  await rejects(read(unknown), CacheFullError);
  await redis.admin.config("SET", "maxmemory", "0");
  strictEqual((await read(unknown)).outcome, "LEASE");
});

Deno.test("organization cache in Redis: one that is full forgets what changed, and who loaded it", async () => {
  await using redis = await openRedis();
  const [hits, loads] = [redis.world("hits"), redis.world("loads")];
  await load(hits, live(3));
  await read(loads, { token: "early" });

  await redis.admin.config("SET", "maxmemory", "1");

  strictEqual(await invalidate(hits, 4), "RAISED");
  strictEqual(await invalidate(loads, 2), "RAISED");
  strictEqual(await redis.cache.inspect("hits"), undefined);
  strictEqual(await fill(loads, live(1), { token: "early" }), "LOST_LEASE");
});

Deno.test("organization cache in Redis: one that is full takes watermarks", async () => {
  await using redis = await openRedis();
  await redis.cache.raiseWatermark({ partition: 0, partitionCount: 2, time: 1000 });

  await redis.admin.config("SET", "maxmemory", "1");

  strictEqual(
    await redis.cache.raiseWatermark({ partition: 0, partitionCount: 2, time: 2000 }),
    "RAISED",
  );
  strictEqual(
    await redis.cache.raiseWatermark({ partition: 1, partitionCount: 2, time: 2000 }),
    "RAISED",
  );
});

Deno.test("organization cache in Redis: one that may not write says so, and hits what it has", async () => {
  await using redis = await openRedis();
  const known = redis.world("known");
  await load(known, live(3));

  await redis.admin.config("SET", "min-replicas-to-write", "1");

  deepStrictEqual(await hit(known), live(3));
  await rejects(read(redis.world("unknown")), CacheFullError);
  await rejects(invalidate(known, 4), CacheFullError);
});
