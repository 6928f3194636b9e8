import { strictEqual } from "node:assert/strict";
import { redisOrganizationCache } from "@cauce/licensing/cache";
import { silentLogger } from "@cauce/messaging";
import { Redis } from "ioredis";
import { createCachedLicense, rename, showsEverywhere } from "../support/main_job.ts";
import { organizationCacheCases } from "../support/organization_cache_cases.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { openRedisCluster, type RedisCluster } from "../support/redis_cluster.ts";
import { openSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { wantedServices } from "../support/wanted_services.ts";

let lasting: Promise<RedisCluster> | undefined;
const lastingCluster = () => lasting ??= openRedisCluster();

Deno.test.afterAll(async () => {
  await (await lasting)?.[Symbol.asyncDispose]();
});

for (const one of organizationCacheCases) {
  Deno.test(`organization cache in a Redis cluster: ${one.title}`, async () => {
    const cluster = await lastingCluster();
    await using cache = redisOrganizationCache({
      url: cluster.url(),
      commandTimeoutMs: 5000,
      logger: silentLogger,
    });
    const id = crypto.randomUUID();
    // Each node has a connection of its own, which may still be on its way.
    await until(() => cache.inspect(id).then(() => true), "the node of the organization");

    await one.run({ cache, id });
  });
}

if (wantedServices().includes("redis")) {
  Deno.test("redis: streams and cache share a cluster", async () => {
    const cluster = await lastingCluster();
    await using system = await openSystem({ broker: "redis", env: { REDIS_URL: cluster.url() } });
    const license = await createCachedLicense(system.addresses, "before");

    await rename(license, "after");

    await showsEverywhere(license, "after");
    const { master } = await cluster.shardOf(keyOf(license.organizationId));
    strictEqual(await master.client.exists(keyOf(license.organizationId)), 1);
  });

  for (const cacheIs of ["a cluster", "a single Redis"] as const) {
    Deno.test(`redis: streams have a Redis of their own, and the cache is ${cacheIs}`, async () => {
      const cluster = await lastingCluster();
      await using single = await openOwnBroker("redis");
      const [streams, cache] = cacheIs === "a cluster"
        ? [single.address, cluster.url()]
        : [cluster.url(), single.address];
      const env = { REDIS_URL: streams, CACHE_REDIS_URL: cache };
      await using system = await openSystem({ broker: "redis", env });
      const license = await createCachedLicense(system.addresses, "before");

      await rename(license, "after");

      await showsEverywhere(license, "after");
      const client = new Redis(single.address);
      const keys = await client.keys("organization:*");
      client.disconnect();
      strictEqual(keys.includes(keyOf(license.organizationId)), cacheIs === "a single Redis");
    });
  }
}

function keyOf(organizationId: string): string {
  return `organization:{${organizationId}}`;
}
