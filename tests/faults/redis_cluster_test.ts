import { deepStrictEqual, ok, rejects } from "node:assert/strict";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import { type ClusterNode, openRedisCluster, type RedisCluster } from "../support/redis_cluster.ts";
import {
  type ClusterScene,
  openBinder,
  openClusterScene,
  RESUMED_MS,
} from "../support/redis_cluster_scene.ts";
import { until } from "../support/until.ts";

// A replica takes over within the time that is promised, and not because the machine is busy.
const NODE_TIMEOUT_MS = 1500;

/** For tests that leave it whole. */
let lasting: Promise<RedisCluster> | undefined;
const lastingCluster = () => lasting ??= openRedisCluster();

Deno.test.afterAll(async () => {
  await (await lasting)?.[Symbol.asyncDispose]();
});

Deno.test("delivery goes on after a master was killed under load, in order by key", async () => {
  await using cluster = await openRedisCluster({ nodeTimeoutMs: NODE_TIMEOUT_MS });
  await using scene = await openClusterScene(cluster);
  const { master } = await cluster.shardOf(scene.stream);
  await until(() => scene.delivered.length > 500, "a load");

  await master.kill();
  const killed = performance.now();

  await scene.assertResumed("a master was killed");
  await scene.assertKept({ unlessStored: [killed - 1000, killed] });
});

Deno.test("delivery goes on while a master hangs, and after it is back as a replica", async () => {
  await using cluster = await openRedisCluster({ nodeTimeoutMs: NODE_TIMEOUT_MS });
  await using scene = await openClusterScene(cluster);
  const { master } = await cluster.shardOf(scene.stream);
  await until(() => scene.delivered.length > 500, "a load");

  await master.pause();
  const paused = performance.now();
  await scene.assertResumed("a master hung");
  await master.resume();

  await scene.assertResumed("it was back");
  await scene.assertKept({ unlessStored: [paused - 1000, Infinity] });
});

Deno.test("what a replica had not got is lost, and nothing of what comes after it", async () => {
  await using cluster = await openRedisCluster({ nodeTimeoutMs: NODE_TIMEOUT_MS });
  await using scene = await openClusterScene(cluster);
  const { master, replica } = await cluster.shardOf(scene.stream);
  await until(() => scene.delivered.length > 500, "a load");

  const cut = performance.now();
  await replica.pause();
  await master.client.call("CLIENT", "KILL", "TYPE", "replica");
  const ahead = await setClockAhead(master, scene.stream);
  const before = scene.delivered.length;
  await until(() => scene.delivered.length > before + 500, "messages that one node has alone");
  await master.kill();
  const killed = performance.now();
  await replica.resume();

  await scene.assertResumed("a master was lost");
  await scene.assertKept({ unlessStored: [cut, killed] });
  const [newest] = await replica.client.xrevrange(scene.stream, "+", "-", "COUNT", 1);
  ok(Number(newest?.[0].split("-")[0]) < ahead, "the replica had everything");
});

Deno.test("a planned failover loses nothing", async () => {
  const cluster = await lastingCluster();
  await using scene = await openClusterScene(cluster);
  const { master, replica } = await cluster.shardOf(scene.stream);
  await until(() => scene.delivered.length > 500, "a load");

  await replica.client.cluster("FAILOVER");
  await until(
    async () => (await cluster.shardOf(scene.stream)).replica === master,
    "the replica as master",
    { timeoutMs: RESUMED_MS },
  );

  await scene.assertResumed("a planned failover");
  await scene.assertKept();
});

Deno.test("a partition moves to another node under load: no send is rejected, nothing is lost", async () => {
  const cluster = await lastingCluster();
  await using scene = await openClusterScene(cluster);
  await until(() => scene.delivered.length > 500, "a load");

  await moveSlot(scene);

  await scene.assertResumed("a partition moved");
  deepStrictEqual(scene.rejections, []);
  await scene.assertKept();
});

Deno.test("one node of a cluster and several that are none are refused with the reason", async () => {
  const cluster = await lastingCluster();
  const [first = ""] = cluster.url().split(",");
  const single = await redisUrl();
  const bind = async (url: string) => {
    await using binder = openBinder(url);
    await binder.bindProducer(uniqueName("refused"), { partitionCount: 12, requiredGroups: ["g"] });
  };

  await rejects(bind(first), { name: "ConfigError", message: /names one node of a cluster/ });
  await rejects(bind(`${single},${single}`), { name: "ConfigError", message: /are no cluster/ });
});

/** The next ids are a minute ahead of what other nodes would give. */
async function setClockAhead({ client }: ClusterNode, stream: string): Promise<number> {
  const ahead = Date.now() + 60_000;
  const id = `${ahead}-0`;
  await client.multi().xadd(stream, id, "b", "").xdel(stream, id).exec();
  return ahead;
}

/** As `redis-cli --cluster reshard` does it, but slowly: for a while both nodes have some keys. */
async function moveSlot({ cluster, stream }: ClusterScene): Promise<void> {
  const { master: source } = await cluster.shardOf(stream);
  const masters = await Promise.all(cluster.nodes.map(async (node) => {
    const [role] = await node.client.role() as unknown[];
    return role === "master" ? node : undefined;
  }));
  const target = masters.find((node) => node !== undefined && node !== source) ?? source;
  const slot = await source.client.cluster("KEYSLOT", stream);
  const [from, to] = await Promise.all(
    [source, target].map(({ client }) => client.cluster("MYID")),
  );
  await target.client.cluster("SETSLOT", slot, "IMPORTING", String(from));
  await source.client.cluster("SETSLOT", slot, "MIGRATING", String(to));
  for (const key of await source.client.cluster("GETKEYSINSLOT", slot, 100)) {
    await source.client.call("MIGRATE", "127.0.0.1", target.port, key, 0, 5000);
    await aMoment();
  }
  for (const { client } of [target, source]) {
    await client.cluster("SETSLOT", slot, "NODE", String(to));
    await aMoment();
  }
  const isThere = async () => (await cluster.shardOf(stream)).master === target;
  await until(isThere, "the move");
}

/** A migration takes its time: there is no condition to wait for. */
function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300));
}
