import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { redisOrganizationCache } from "@cauce/licensing/cache";
import { silentLogger } from "@cauce/messaging";
import { Redis } from "ioredis";
import { live } from "../support/organization_cache_steps.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { until } from "../support/until.ts";

const LONG_MS = 60_000;
const readOptions = { leaseMs: LONG_MS, keepMs: LONG_MS, minVersion: 0 };

// A node that follows nobody it can reach keeps its run id and all of its data, as a primary does
// that gave way to its replica and comes back without the invalidations of the time between.
Deno.test("organization cache in Redis: what a primary held before it was a replica is absent after", async () => {
  await using redis = await openOwnBroker("redis");
  await using cache = redisOrganizationCache({
    url: redis.address,
    commandTimeoutMs: 5000,
    logger: silentLogger,
  });
  await until(() => cache.ping().then(() => true), "the cache's Redis");
  const admin = new Redis(redis.address);
  const id = crypto.randomUUID();
  await cache.read(id, { ...readOptions, token: "first" });
  await cache.fill(id, { token: "first", fact: live(3), ttlMs: LONG_MS, keepMs: LONG_MS });
  strictEqual((await cache.read(id, { ...readOptions, token: "second" })).outcome, "HIT");

  await admin.replicaof("127.0.0.1", 1);
  await rejects(cache.read(id, { ...readOptions, token: "of a replica" }), /READONLY/);
  await until(() => cache.ping().then(() => true), "the cache's Redis after it was a replica");
  await rejects(cache.invalidate(id, { version: 3, keepMs: LONG_MS }), /READONLY/);
  await admin.replicaof("NO", "ONE");

  await until(() => cache.ping().then(() => true), "the cache's Redis as a primary again");
  const found = await cache.read(id, { ...readOptions, token: "third" });
  admin.disconnect();
  deepStrictEqual(found, { outcome: "LEASE", old: undefined, fence: undefined });
});
