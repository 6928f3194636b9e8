import { deepStrictEqual, ok } from "node:assert/strict";
import { sitOut } from "../support/cache_outage.ts";
import { type CacheScene, openCacheScene } from "../support/cache_scene.ts";
import { type ClusterNode, openRedisCluster, type Shard } from "../support/redis_cluster.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";

// A replica takes over within the time that is promised, and not because the machine is busy.
const NODE_TIMEOUT_MS = 1500;
const ORGANIZATIONS = 40;
const CURRENT_SHARE = 0.99;
/** Long enough for the failover, and for what comes after it. */
const LASTS_MS = 6000;

Deno.test("cache in a cluster: while a master is killed and its replica takes over, readers see what is current", async () => {
  await using cluster = await openRedisCluster({ nodeTimeoutMs: NODE_TIMEOUT_MS });
  await using scene = await openCacheScene({
    redisUrl: cluster.url(),
    organizations: ORGANIZATIONS,
  });
  const shard = await cluster.shardOf(keyOf(scene.organizations[0]?.organizationId ?? ""));
  const before = await epochOf(shard.replica);

  const { seen } = await sitOut(scene, {
    what: "a master was dead",
    lastsMs: LASTS_MS,
    begin: () => shard.master.kill(),
    heal: () => isPromoted(shard.replica),
  });

  ok(seen.currentShare >= CURRENT_SHARE);
  ok(await epochOf(shard.replica) !== before);
  await assertOneEpoch(shard.replica);
});

Deno.test("cache in a cluster: what a replica had not got of its master is missed by no reader", async () => {
  await using cluster = await openRedisCluster({ nodeTimeoutMs: NODE_TIMEOUT_MS });
  await using scene = await openCacheScene({
    redisUrl: cluster.url(),
    organizations: ORGANIZATIONS,
  });
  const shard = await cluster.shardOf(keyOf(scene.organizations[0]?.organizationId ?? ""));
  let lost: readonly string[] = [];

  const { seen } = await sitOut(scene, {
    what: "a master was dead whose replica lacked writes",
    lastsMs: LASTS_MS,
    async begin() {
      await shard.replica.pause();
      await shard.master.client.call("CLIENT", "KILL", "TYPE", "replica");
      const before = await fencesAt(shard.master);
      // As many as make it certain that hits would be wrong, were they believed.
      await until(async () => isAhead(await fencesAt(shard.master), before), "fences above");
      await shard.master.kill();
      await shard.replica.resume();
      lost = await lostBy(shard, scene);
    },
    heal: () => isPromoted(shard.replica),
  });

  say(`cluster: the replica lacked the fences of ${lost.length} organizations`);
  ok(lost.length > 0, "the replica had everything");
  ok(seen.currentShare >= CURRENT_SHARE);
  await assertOneEpoch(shard.replica);
});

Deno.test("cache in a cluster: a master that hung and was replaced is believed by no reader when it is back", async () => {
  await using cluster = await openRedisCluster({ nodeTimeoutMs: NODE_TIMEOUT_MS });
  await using scene = await openCacheScene({
    redisUrl: cluster.url(),
    organizations: ORGANIZATIONS,
  });
  const shard = await cluster.shardOf(keyOf(scene.organizations[0]?.organizationId ?? ""));

  const { seen } = await sitOut(scene, {
    what: "a master hung",
    lastsMs: LASTS_MS,
    begin: () => shard.master.pause(),
    async heal() {
      await isPromoted(shard.replica);
      await shard.master.resume();
    },
  });

  ok(seen.currentShare >= CURRENT_SHARE);
  await assertOneEpoch(shard.replica);
});

/** Organizations whose acknowledged fence the replica does not have, before it is promoted. */
async function lostBy({ replica }: Shard, scene: CacheScene): Promise<readonly string[]> {
  await replica.client.readonly();
  const fences = await fencesAt(replica);
  return [...fences].flatMap(([key, version]) => {
    const one = scene.organizations.find(({ organizationId }) => key === keyOf(organizationId));
    return one && version < scene.fenceOf(one.organizationId) ? [one.organizationId] : [];
  });
}

async function fencesAt({ client }: ClusterNode): Promise<ReadonlyMap<string, number>> {
  const keys = await client.keys("organization:*");
  const fences = await Promise.all(keys.map((key) => client.hget(key, "fv")));
  return new Map(keys.map((key, index) => [key, Number(fences[index])]));
}

function isAhead(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean {
  return [...now].filter(([key, version]) => version > (before.get(key) ?? 0)).length >= 3;
}

async function isPromoted({ client }: ClusterNode): Promise<void> {
  await until(async () => (await client.role() as unknown[])[0] === "master", "a promotion");
}

async function epochOf({ client }: ClusterNode): Promise<string | undefined> {
  return /master_replid:(\w+)/.exec(await client.info("replication"))?.[1];
}

/** All that could be read is of the node's own epoch: nothing of the other's was believed. */
async function assertOneEpoch(node: ClusterNode): Promise<void> {
  const keys = await node.client.keys("organization:*");
  const epochs = await Promise.all(keys.map((key) => node.client.hget(key, "ep")));
  deepStrictEqual([...new Set(epochs)], [await epochOf(node)]);
}

function keyOf(organizationId: string): string {
  return `organization:{${organizationId}}`;
}
