/**
 * Licensing services whose cache is a Redis of the test's own, behind a network that can fail; and
 * an outage of it under load.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { Redis } from "ioredis";
import { type CacheScene, CONVERGED_WITHIN_MS, openCacheScene } from "./cache_scene.ts";
import {
  assertTold,
  isRevalidated,
  type Seen,
  type SeenRead,
  startCacheTraffic,
} from "./cache_traffic.ts";
import { openOwnBroker, type OwnBroker } from "./own_broker.ts";
import { say } from "./say.ts";
import { openTcpProxy, type TcpProxy } from "./tcp_proxy.ts";

/** The cache's Redis and who uses it. */
export interface RedisScene extends AsyncDisposable {
  readonly redis: OwnBroker;
  /** Past the proxy. */
  readonly admin: Redis;
  /** Between the services and the cache's Redis. */
  readonly proxy: TcpProxy;
  readonly scene: CacheScene;
}

/** More than one load at a time, few enough that each is read often. */
const ORGANIZATIONS = 40;

/** Opens two services and a Redis that has all organizations. */
export async function openRedisScene(
  { organizations = ORGANIZATIONS }: { readonly organizations?: number } = {},
): Promise<RedisScene> {
  await using opened = new AsyncDisposableStack();
  const redis = opened.use(await openOwnBroker("redis"));
  const proxy = opened.use(openTcpProxy({ targetPort: redis.port }));
  const admin = opened.adopt(new Redis(redis.address), (it) => it.disconnect());
  // A server that is gone is part of these tests.
  admin.on("error", () => {});
  const redisUrl = `redis://127.0.0.1:${proxy.port}`;
  const scene = opened.use(await openCacheScene({ redisUrl, organizations }));
  const rest = opened.move();
  return { redis, admin, proxy, scene, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

/** An outage, in words that follow "while". */
export interface Outage {
  readonly what: string;
  readonly lastsMs: number;
  /** A change every so many ms; 50 if absent, none if undefined. */
  readonly writesEveryMs?: number | undefined;
  begin(): Promise<void> | void;
  heal(): Promise<void> | void;
}

/** How long is looked at what readers see without a fault. */
const CALM_MS = 2000;

/**
 * Reads and writes before, during and after an outage, until all converged. Holds the promises of
 * `assertTold` throughout; returns what was seen during the outage.
 */
export async function sitOut(
  scene: CacheScene,
  outage: Outage,
): Promise<{ readonly seen: Seen; readonly reads: readonly SeenRead[] }> {
  const writesEveryMs = "writesEveryMs" in outage ? outage.writesEveryMs : 50;
  await using traffic = startCacheTraffic(scene, { ...(writesEveryMs && { writesEveryMs }) });
  await pass(CALM_MS);
  const begun = performance.now();
  await outage.begin();
  const began = performance.now();
  await pass(outage.lastsMs);
  const ended = performance.now();
  await outage.heal();
  const healed = performance.now();
  await pass(CALM_MS);
  const reads = await traffic.stop();

  const calm = reads.filter(({ at }) => at < begun);
  assertTold(calm, "before the outage");
  // The heartbeats of the relay prove the hits.
  strictEqual(calm.filter(isRevalidated).length, 0);
  // A container takes a moment to be killed, in which all is well or not.
  const between = reads.filter(({ at }) => at >= begun && at < began);
  if (between.length > 0) assertTold(between, "when the outage began");
  const during = reads.filter(({ at }) => at >= began && at < ended);
  const seen = assertTold(during, `while ${outage.what}, ${Math.round((ended - began) / 1000)} s`);
  assertTold(reads.filter(({ at }) => at >= healed), "after the outage");
  const ms = await scene.converged(healed);
  say(`after ${outage.what}: all converged within ${Math.round(ms)} ms`);
  ok(ms <= CONVERGED_WITHIN_MS, "converged too late");
  return { seen, reads: during };
}

/** The outage itself is what is tested: nothing happens in it that could be waited for. */
function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
