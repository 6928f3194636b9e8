import { ok, strictEqual } from "node:assert/strict";
import { openRedisScene, sitOut } from "../support/cache_outage.ts";

const isLong = Deno.env.has("TEST_LONG");
const LONG_OUTAGE_MS = isLong ? 300_000 : 10_000;
const OUTAGE_MS = 4000;
/** The default: how long a reader waits for a Redis that does not answer. */
const COMMAND_TIMEOUT_MS = 500;
/** What is promised of every outage of the cache. */
const CURRENT_SHARE = 0.99;

Deno.test("cache: while its Redis is down for long, readers see what the origin says, as current", async () => {
  await using it = await openRedisScene();

  const { seen } = await sitOut(it.scene, {
    what: "Redis was down",
    lastsMs: LONG_OUTAGE_MS,
    // Some two thousand changes wait in the end.
    writesEveryMs: isLong ? 150 : 50,
    begin: () => it.redis.kill(),
    heal: () => it.redis.start(),
  });

  ok(seen.currentShare >= CURRENT_SHARE);
  strictEqual(seen.hitRatio, 0);
});

Deno.test("cache: while its Redis hangs, few readers wait for it and all see what is current", async () => {
  await using it = await openRedisScene();

  const { seen } = await sitOut(it.scene, {
    what: "Redis hung",
    lastsMs: OUTAGE_MS,
    begin: () => it.redis.pause(),
    heal: () => it.redis.resume(),
  });

  ok(seen.currentShare >= CURRENT_SHARE);
  ok(seen.p50 < COMMAND_TIMEOUT_MS, "most readers do not wait");
});

Deno.test("cache: while its Redis is slow, hits are slow, and current", async () => {
  await using it = await openRedisScene();

  const { seen } = await sitOut(it.scene, {
    what: "Redis took 100 ms more",
    lastsMs: OUTAGE_MS,
    begin: () => it.proxy.delay(50),
    heal: () => it.proxy.heal(),
  });

  ok(seen.currentShare >= CURRENT_SHARE);
  ok(seen.p50 >= 100 && seen.hitRatio > 0.5);
});

Deno.test("cache: while its Redis answers later than it is waited for, readers ask the origin", async () => {
  await using it = await openRedisScene();

  const { seen } = await sitOut(it.scene, {
    what: "Redis took 1200 ms more",
    lastsMs: OUTAGE_MS,
    begin: () => it.proxy.delay(600),
    heal: () => it.proxy.heal(),
  });

  ok(seen.currentShare >= CURRENT_SHARE);
  ok(seen.p50 < COMMAND_TIMEOUT_MS, "most readers do not wait");
});

Deno.test("cache: while its Redis is a replica, readers ask the origin, and nothing it held is believed", async () => {
  await using it = await openRedisScene();

  const { seen } = await sitOut(it.scene, {
    what: "Redis was READONLY",
    lastsMs: OUTAGE_MS,
    // It follows nobody that it could reach, and keeps its data.
    begin: async () => void await it.admin.replicaof("127.0.0.1", 1),
    heal: async () => void await it.admin.replicaof("NO", "ONE"),
  });

  ok(seen.currentShare >= CURRENT_SHARE);
  strictEqual(seen.hitRatio, 0);
});

Deno.test("cache: while its Redis has no memory left, what changes is taken out of it, and readers see what is current", async () => {
  await using it = await openRedisScene();

  const { seen } = await sitOut(it.scene, {
    what: "Redis was out of memory",
    lastsMs: OUTAGE_MS,
    async begin() {
      await it.admin.config("SET", "maxmemory-policy", "noeviction");
      await it.admin.config("SET", "maxmemory", "1");
    },
    heal: async () => void await it.admin.config("SET", "maxmemory", "0"),
  });

  ok(seen.currentShare >= CURRENT_SHARE);
});
