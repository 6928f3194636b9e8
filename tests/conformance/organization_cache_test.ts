import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { memoryOrganizationCache, redisOrganizationCache } from "@cauce/licensing/cache";
import type { CacheEntry, CacheRead, OrganizationCache } from "@cauce/licensing";
import { silentLogger } from "@cauce/messaging";
import fc from "fast-check";
import { Redis } from "ioredis";
import { redisUrl } from "../support/brokers.ts";
import { organizationCacheCases } from "../support/organization_cache_cases.ts";
import { deleted, live } from "../support/organization_cache_steps.ts";
import { until } from "../support/until.ts";

const kinds = [
  { name: "in the process", open: openMemoryCache },
  { name: "in Redis", open: openRedisCache },
];

for (const kind of kinds) {
  for (const one of organizationCacheCases) {
    Deno.test(`organization cache ${kind.name}: ${one.title}`, async () => {
      await using cache = await kind.open();

      await one.run({ cache, id: crypto.randomUUID() });
    });
  }
}

Deno.test("both organization caches answer the same to any sequence of steps", async () => {
  await using memory = openMemoryCache();
  await using redis = await openRedisCache();

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const id = crypto.randomUUID();
      for (const one of steps) {
        deepStrictEqual(await take(redis, id, one), await take(memory, id, one));
        if (one.isBrief) await new Promise((resolve) => setTimeout(resolve, 4));
        deepStrictEqual(
          withoutTimes(await redis.inspect(id)),
          withoutTimes(await memory.inspect(id)),
        );
      }
    }),
    { numRuns: Deno.env.has("TEST_LONG") ? 2000 : 150 },
  );
});

const LONG_MS = 60_000;

/** Few tokens and versions, so that they meet. A brief time has passed before the next step. */
const step = fc.record({
  kind: fc.constantFrom("read", "read", "fill", "fill", "invalidate"),
  token: fc.constantFrom("a", "b"),
  version: fc.nat(6),
  isDeleted: fc.boolean(),
  keepsLease: fc.boolean(),
  minVersion: fc.constantFrom(0, 0, 0, 3),
  isBrief: fc.nat(9).map((one) => one === 0),
});

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

async function take(cache: OrganizationCache, id: string, one: Step): Promise<unknown> {
  const { kind, token, version, minVersion, keepsLease } = one;
  const briefMs = one.isBrief ? 1 : LONG_MS;
  if (kind === "invalidate") {
    return await cache.invalidate(id, { version, keepMs: LONG_MS, keepsLease });
  }
  if (kind === "fill") {
    const fact = one.isDeleted || version === 0 ? deleted(version) : live(version);
    return await cache.fill(id, { token, fact, ttlMs: briefMs, keepMs: LONG_MS });
  }
  const read = await cache.read(id, { token, leaseMs: briefMs, keepMs: LONG_MS, minVersion });
  return withoutAges(read);
}

function withoutAges(read: CacheRead): unknown {
  if (read.outcome === "HIT") return [read.outcome, read.fact];
  return [read.outcome, read.old, read.fence?.version];
}

function withoutTimes(entry: CacheEntry | undefined): unknown {
  if (entry === undefined) return undefined;
  return {
    fact: entry.fact,
    fence: entry.fence?.version,
    isFresh: (entry.freshMs ?? 0) > 0,
    isLeased: entry.leaseLeftMs !== undefined,
  };
}

function openMemoryCache(): OrganizationCache {
  return memoryOrganizationCache({ maxEntries: 1000, now: Date.now });
}

async function openRedisCache(): Promise<OrganizationCache> {
  const cache = redisOrganizationCache({
    url: await redisUrl(),
    commandTimeoutMs: 5000,
    logger: silentLogger,
  });
  await until(() => cache.ping().then(() => true), "the cache's Redis");
  return cache;
}

Deno.test("organization cache in Redis: an entry of another run of Redis is absent", async () => {
  await using cache = await openRedisCache();
  const client = new Redis(await redisUrl());
  const id = crypto.randomUUID();
  const key = `organization:{${id}}`;
  const readOptions = { leaseMs: LONG_MS, keepMs: LONG_MS, minVersion: 0 };
  await cache.invalidate(id, { version: 3, keepMs: LONG_MS });
  await cache.read(id, { ...readOptions, token: "before" });
  await client.hset(key, "ep", "another");

  const late = { token: "before", fact: live(3), ttlMs: LONG_MS, keepMs: LONG_MS };
  const filled = await cache.fill(id, late);
  const shown = await cache.inspect(id);
  const found = await cache.read(id, { ...readOptions, token: "after" });

  await client.del(key);
  client.disconnect();
  strictEqual(filled, "LOST_LEASE");
  strictEqual(shown, undefined);
  deepStrictEqual(found, { outcome: "LEASE", old: undefined, fence: undefined });
});

Deno.test("organization cache in Redis: a process that was held up itself does not blame Redis", async () => {
  const url = await redisUrl();
  await using cache = redisOrganizationCache({ url, commandTimeoutMs: 50, logger: silentLogger });
  await until(() => cache.ping().then(() => true), "the cache's Redis");
  const id = crypto.randomUUID();

  for (let round = 0; round < 5; round++) {
    const read = cache.read(id, { token: "t", leaseMs: 1, keepMs: 1, minVersion: 0 });
    // The command is on its way; now nothing else gets a turn for longer than it may take.
    await Promise.resolve();
    const end = performance.now() + 150;
    while (performance.now() < end);

    strictEqual((await read).outcome, "LEASE");
    await until(async () => await cache.inspect(id) === undefined, "the lease's end");
  }
});

Deno.test("organization cache in Redis: a deletion leaves no details of a person behind", async () => {
  await using cache = await openRedisCache();
  const client = new Redis(await redisUrl());
  const id = crypto.randomUUID();
  const key = `organization:{${id}}`;
  const readOptions = { leaseMs: LONG_MS, keepMs: LONG_MS, minVersion: 0 };
  const fillOptions = { ttlMs: LONG_MS, keepMs: LONG_MS };
  await cache.read(id, { ...readOptions, token: "live" });
  await cache.fill(id, { ...fillOptions, token: "live", fact: live(3) });
  const before = await client.hgetall(key);
  await cache.invalidate(id, { version: 4, keepMs: LONG_MS });
  await cache.read(id, { ...readOptions, token: "deleted" });

  await cache.fill(id, { ...fillOptions, token: "deleted", fact: deleted(4) });

  const after = await client.hgetall(key);
  await client.del(key);
  client.disconnect();
  strictEqual(before["contactName"], 'Inés "la jefa" Marroquín');
  deepStrictEqual(Object.keys(after).sort(), ["ep", "exp", "ft", "fv", "st", "v"]);
});
