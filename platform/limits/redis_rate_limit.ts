/**
 * A rate limit that all processes share, in Redis. While Redis is away, each keeps its own.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import { Cluster, Redis } from "ioredis";
import { memoryRateLimit } from "./memory_rate_limit.ts";
import type { Allowance, BucketSize, RateLimit } from "./rate_limit.ts";
import take from "./scripts/take.lua" with { type: "text" };

/** Where the Redis is, and whose keys these are. */
export interface RedisRateLimitOptions {
  /** `redis://` or `rediss://`; several, separated by commas, are one cluster. */
  readonly url: string;
  /** Before each key. */
  readonly prefix: string;
  readonly size: BucketSize;
  readonly logger: Logger;
}

/** More would be felt by every request. */
const TIMEOUT_MS = 100;
/** After a failure, how long Redis is left alone. */
const PAUSE_MS = 1000;
/** Whoever is forgotten is asked for once more. */
const MAX_REFUSED = 10_000;
const CONNECT_TIMEOUT_MS = 2000;

interface Take {
  take(key: string, perSecond: number, capacity: number): Promise<[number, number]>;
}

/** Connects in the background. */
export function redisRateLimit(options: RedisRateLimitOptions): RateLimit {
  const { prefix, size, logger } = options;
  const client = connect(options);
  const own = memoryRateLimit({ size });
  let awayUntil = -Infinity;
  /** Who was refused is refused until then without asking: a flood must not reach Redis. */
  const refusedUntil = new Map<string, number>();

  async function takeShared(key: string): Promise<Allowance> {
    // A hash tag: the key alone decides on the node.
    const [isAllowed, thousandths] = await client.take(
      `${prefix}{${key}}`,
      size.perSecond,
      size.capacity,
    );
    const left = thousandths / 1000;
    const msFor = (requests: number) => Math.max(0, Math.ceil(requests * 1000 / size.perSecond));
    return {
      isAllowed: isAllowed === 1,
      remaining: Math.floor(left),
      fullInMs: msFor(size.capacity - left),
      retryInMs: msFor(1 - left),
    };
  }

  return {
    size,
    async take(key) {
      const now = performance.now();
      const refused = (refusedUntil.get(key) ?? 0) - now;
      if (refused > 0) return refusal(size, refused);
      refusedUntil.delete(key);
      if (now < awayUntil) return await own.take(key);
      try {
        const allowance = await takeShared(key);
        if (awayUntil > 0) logger.info("Shared the rate limit again");
        awayUntil = -Infinity;
        if (refusedUntil.size >= MAX_REFUSED) refusedUntil.clear();
        if (!allowance.isAllowed) refusedUntil.set(key, now + allowance.retryInMs);
        return allowance;
      } catch (error) {
        if (awayUntil < 0) logger.warn("Kept the rate limit alone: its Redis is away", { error });
        awayUntil = performance.now() + PAUSE_MS;
        return await own.take(key);
      }
    },
    [Symbol.asyncDispose]() {
      client.disconnect();
      return Promise.resolve();
    },
  };
}

function refusal({ capacity, perSecond }: BucketSize, retryInMs: number): Allowance {
  return {
    isAllowed: false,
    remaining: 0,
    fullInMs: Math.ceil(capacity * 1000 / perSecond),
    retryInMs: Math.ceil(retryInMs),
  };
}

function connect({ url, logger }: RedisRateLimitOptions): (Redis | Cluster) & Take {
  const nodes = url.split(",").map((node) => node.trim());
  const [first = ""] = nodes;
  const { username, password, protocol } = new URL(first);
  const shared = {
    enableOfflineQueue: false,
    enableReadyCheck: false,
    scripts: { take: { lua: take, numberOfKeys: 1 } },
  };
  const perNode = {
    username: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(password) || undefined,
    ...(protocol === "rediss:" && { tls: {} }),
    connectionName: "rate-limit",
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  } as const;
  const client = nodes.length > 1
    ? new Cluster(nodes.map(toAddress), { ...shared, redisOptions: perNode })
    : new Redis({ ...shared, ...perNode, ...toAddress(first) });
  // Without a listener ioredis writes to the console; the next request tells of it.
  client.on("error", (error) => logger.debug("Lost the rate limit's Redis", { error }));
  return client as (Redis | Cluster) & Take;
}

function toAddress(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || 6379 };
}
