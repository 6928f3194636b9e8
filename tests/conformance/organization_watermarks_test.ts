import { strictEqual } from "node:assert/strict";
import type { OrganizationWatermarks } from "@cauce/licensing";
import { memoryOrganizationCache, redisOrganizationCache } from "@cauce/licensing/cache";
import { silentLogger } from "@cauce/messaging";
import { Redis } from "ioredis";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import { organizationWatermarkCases } from "../support/organization_watermark_cases.ts";
import { until } from "../support/until.ts";

const kinds = [
  { name: "in the process", open: () => memoryOrganizationCache({ maxEntries: 1, now: Date.now }) },
  { name: "in Redis", open: () => openRedis(uniqueName("organization-changes")) },
];

for (const kind of kinds) {
  for (const one of organizationWatermarkCases) {
    Deno.test(`watermarks ${kind.name}: ${one.title}`, async () => {
      await using watermarks = await kind.open();

      await one.run(watermarks);
    });
  }
}

Deno.test("watermarks in the process: one from before the clock was set back gives way", async () => {
  let now = 10_000;
  const watermarks = memoryOrganizationCache({ maxEntries: 1, now: () => now });
  await watermarks.raiseWatermark({ ...mark, time: 9000 });

  now = 5000;

  await givesWay(watermarks, 4900);
});

Deno.test("watermarks in Redis: one from before the clock was set back gives way", async () => {
  const destination = uniqueName("organization-changes");
  await using watermarks = await openRedis(destination);
  const client = new Redis(await redisUrl());
  const key = `organization-watermarks:${destination}`;
  await watermarks.raiseWatermark({ ...mark, time: 9000 });
  await client.hset(key, "0", String(Date.now() + 3_600_000));

  await givesWay(watermarks, 8000);

  await client.del(key);
  client.disconnect();
});

Deno.test("watermarks in Redis: those of two destinations are apart", async () => {
  await using one = await openRedis(uniqueName("organization-changes"));
  await using other = await openRedis(uniqueName("organization-changes"));

  await one.raiseWatermark({ ...mark, time: 9000 });

  strictEqual((await other.readWatermarks()).times.size, 0);
});

const mark = { partition: 0, partitionCount: 1 };

async function givesWay(watermarks: OrganizationWatermarks, time: number): Promise<void> {
  strictEqual(await watermarks.raiseWatermark({ ...mark, time }), "RAISED");
  strictEqual((await watermarks.readWatermarks()).times.get(0), time);
}

async function openRedis(destination: string) {
  const cache = redisOrganizationCache({
    url: await redisUrl(),
    commandTimeoutMs: 5000,
    destination,
    logger: silentLogger,
  });
  await until(() => cache.ping().then(() => true), "the cache's Redis");
  return cache;
}
