/**
 * Organization caches of a test's own, with what the model test does to them from outside.
 *
 * @module
 */

import type { OrganizationCache, OrganizationWatermarks } from "@cauce/licensing";
import {
  type CacheScripts,
  memoryOrganizationCache,
  redisOrganizationCache,
} from "@cauce/licensing/cache";
import { silentLogger } from "@cauce/messaging";
import { Redis } from "ioredis";
import type { ModelledCache } from "./organization_cache_model_runs.ts";
import type { OwnBroker } from "./own_broker.ts";
import type { RedisCluster } from "./redis_cluster.ts";
import { until } from "./until.ts";
import type { WatermarkScene } from "./watermark_model_runs.ts";

/** A scene that ends. */
export type CacheScene = ModelledCache & WatermarkScene & AsyncDisposable;

/** The cache of a process, with a clock that stands still until it is moved. */
export function openMemoryScene(): ModelledCache & WatermarkScene {
  let time = 1_000_000;
  let inner: OrganizationWatermarks;
  const createCache = () => {
    const cache = memoryOrganizationCache({ maxEntries: 1000, now: () => time });
    inner = cache;
    return cache;
  };
  const scene = sceneOf(createCache, {
    clock: () => Promise.resolve(time += 1),
    pass: (ms) => Promise.resolve(void (time += ms + 1)),
  });
  return {
    ...scene,
    watermarks: {
      raiseWatermark: (mark) => inner.raiseWatermark(mark),
      readWatermarks: () => inner.readWatermarks(),
    },
  };
}

/** Any cache of a process; forgetting makes it anew. */
export function sceneOf(
  createCache: () => OrganizationCache,
  { clock, pass }: Pick<ModelledCache, "clock" | "pass">,
): ModelledCache {
  let inner = createCache();
  return {
    cache: {
      read: (id, options) => inner.read(id, options),
      fill: (id, fill) => inner.fill(id, fill),
      release: (id, token) => inner.release(id, token),
      invalidate: (id, invalidation) => inner.invalidate(id, invalidation),
      inspect: (id) => inner.inspect(id),
      ping: () => inner.ping(),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    },
    newIds: () => Promise.resolve([crypto.randomUUID(), crypto.randomUUID()]),
    clock,
    pass,
    flush: () => Promise.resolve(void (inner = createCache())),
  };
}

/** On a single Redis that is the test's own, with other scripts where they are given; ending it leaves Redis. */
export async function openRedisScene(
  redis: OwnBroker,
  { scripts }: { readonly scripts?: CacheScripts } = {},
): Promise<CacheScene> {
  await using opened = new AsyncDisposableStack();
  const admin = opened.adopt(new Redis(redis.address), (it) => it.disconnect());
  const cache = opened.use(await openCache(redis.address, scripts));
  const rest = opened.move();
  return {
    cache,
    watermarks: cache,
    newIds: () => Promise.resolve([crypto.randomUUID(), crypto.randomUUID()]),
    ...timeOf(admin),
    flush: async () => void await admin.flushall(),
    async renew() {
      // Nothing listens on port 1: it follows nobody, keeps its data, and is promoted again.
      await admin.replicaof("127.0.0.1", 1);
      await admin.replicaof("NO", "ONE");
      return () => true;
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** On a cluster that is the test's own; ending the scene leaves it. */
export async function openClusterScene(cluster: RedisCluster): Promise<CacheScene> {
  const cache = await openCache(cluster.url());
  const [first] = cluster.nodes;
  if (first === undefined) throw new RangeError("Cannot use a cluster without nodes");
  const masterOf = async (id: string) => (await cluster.shardOf(keyOf(id))).master;
  return {
    cache,
    watermarks: cache,
    async newIds() {
      const one = crypto.randomUUID();
      while (true) {
        const other = crypto.randomUUID();
        if (await masterOf(other) !== await masterOf(one)) return [one, other];
      }
    },
    ...timeOf(first.client),
    async flush() {
      await Promise.all(cluster.nodes.map(async ({ client }) => {
        const [role] = await client.role() as unknown[];
        if (role === "master") await client.flushall();
      }));
    },
    async renew(id) {
      const { master, replica } = await cluster.shardOf(keyOf(id));
      // Without a vote: masters vote for the same shard once in two node timeouts.
      await replica.client.call("CLUSTER", "FAILOVER", "TAKEOVER");
      await until(async () => {
        const [role, , , state] = await master.client.role() as unknown[];
        return role === "slave" && state === "connected" && await masterOf(id) === replica;
      }, "the replica as master");
      await until(() => cache.inspect(id).then(() => true), "the cache after a failover");
      return (other) => other === id;
    },
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
  };
}

function keyOf(id: string): string {
  return `organization:{${id}}`;
}

async function openCache(
  url: string,
  scripts?: CacheScripts,
): Promise<OrganizationCache & OrganizationWatermarks> {
  const cache = redisOrganizationCache({
    url,
    commandTimeoutMs: 5000,
    logger: silentLogger,
    ...(scripts && { scripts }),
  });
  await until(() => cache.ping().then(() => true), "the cache's Redis");
  return cache;
}

/** The clock of the server that keeps the times. */
function timeOf(client: Redis): Pick<ModelledCache, "clock" | "pass"> {
  async function clock(): Promise<number> {
    const [seconds, microseconds] = await client.time();
    return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
  }
  return {
    clock,
    async pass(ms) {
      const end = await clock() + ms;
      // A key lives through the millisecond in which it ends.
      await until(async () => await clock() > end, "the time", { everyMs: 1 });
    },
  };
}
