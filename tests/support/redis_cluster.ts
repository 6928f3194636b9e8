/**
 * A Redis cluster of local processes: three masters, a replica for each, all on loopback.
 *
 * @module
 */

import { Redis } from "ioredis";
import { freePort } from "../../dev/services/free_port.ts";
import { serviceFolder, startLocalService } from "../../dev/services/processes/local_service.ts";
import { findRedis, redisProcess } from "../../dev/services/processes/redis.ts";
import type { StartedService } from "../../dev/services/service.ts";
import { say } from "./say.ts";
import { until } from "./until.ts";

/** A node: a service, and a client past everything under test. */
export interface ClusterNode extends StartedService {
  readonly client: Redis;
}

/** The nodes that have the same slots. */
export interface Shard {
  readonly master: ClusterNode;
  readonly replica: ClusterNode;
}

/** A running cluster; disposing ends its nodes. */
export interface RedisCluster extends AsyncDisposable {
  /** Names all nodes, as `REDIS_URL` does; `user` is `name:password`. */
  url(user?: string): string;
  readonly nodes: readonly ClusterNode[];
  /** Who has the key now, in the eyes of a node that is up. */
  shardOf(key: string): Promise<Shard>;
}

const MASTERS = 3;
const SLOTS = 16_384;
// Redis' own: no replica takes over because the machine is busy.
const NODE_TIMEOUT_MS = 15_000;

/** How the nodes watch each other. */
export interface RedisClusterOptions {
  /** How long a master may be silent before a replica takes its place; default 15 s. */
  readonly nodeTimeoutMs?: number;
}

/** Starts the nodes and resolves once each of them says that the cluster is whole. */
export async function openRedisCluster(
  { nodeTimeoutMs = NODE_TIMEOUT_MS }: RedisClusterOptions = {},
): Promise<RedisCluster> {
  if (await redisProcess.missing(say) !== undefined) {
    throw new Error("Cannot start a Redis cluster of local processes: install Redis 7 or newer");
  }
  await using opened = new AsyncDisposableStack();
  const begun = performance.now();
  const starting = await Promise.allSettled(
    Array.from({ length: 2 * MASTERS }, () => startNode(nodeTimeoutMs)),
  );
  const nodes = starting.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  for (const node of nodes) opened.use(node);
  for (const one of starting) if (one.status === "rejected") throw one.reason;
  await join(nodes);
  say(`redis cluster: 6 processes, up in ${Math.round(performance.now() - begun)} ms`);
  const rest = opened.move();
  return {
    nodes,
    url: (user = "") =>
      nodes.map(({ port }) => `redis://${user && `${user}@`}127.0.0.1:${port}`).join(),
    // While a replica takes over, or comes back, some view lacks somebody.
    shardOf: (key) => until(() => shardOf(nodes, key), `who has ${key}`),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function startNode(nodeTimeoutMs: number): Promise<ClusterNode> {
  const { program, libraries } = await findRedis(say);
  const [port, busPort] = [freePort(), freePort()];
  const folder = await serviceFolder("redis-node");
  const service = await startLocalService({
    address: `redis://127.0.0.1:${port}`,
    port,
    folder,
    libraries,
    command: [
      program,
      ...["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder],
      ...["--save", "", "--appendonly", "yes", "--repl-diskless-sync-delay", "0"],
      ...["--cluster-enabled", "yes", "--cluster-port", `${busPort}`],
      ...["--cluster-node-timeout", `${nodeTimeoutMs}`],
      ...["--cluster-replica-validity-factor", "0"],
    ],
    readyText: "Ready to accept connections",
  });
  const client = new Redis(service.address);
  // A node that is gone is part of these tests.
  client.on("error", () => {});
  return {
    ...service,
    client,
    async [Symbol.asyncDispose]() {
      client.disconnect();
      await service[Symbol.asyncDispose]();
    },
  };
}

async function join(nodes: readonly ClusterNode[]): Promise<void> {
  const [first, ...others] = nodes;
  if (first === undefined) return;
  const masters = nodes.slice(0, MASTERS);
  const perMaster = Math.ceil(SLOTS / MASTERS);
  await Promise.all(masters.map(({ client }, index) => {
    const [from, to] = [index * perMaster, Math.min((index + 1) * perMaster, SLOTS) - 1];
    return client.cluster("ADDSLOTSRANGE", from, to);
  }));
  for (const { client } of others) {
    const busPort = await configOf(first, "cluster-port");
    await client.call("CLUSTER", "MEET", "127.0.0.1", first.port, busPort);
  }
  const ids = await Promise.all(nodes.map(({ client }) => client.cluster("MYID")));
  await Promise.all(
    nodes.slice(MASTERS).map(({ client }, index) => {
      const master = String(ids[index]);
      return until(() => client.cluster("REPLICATE", master), "a replica that knows its master");
    }),
  );
  for (const { client } of nodes) {
    await until(async () => await isWhole(client, nodes.length), "cluster_state:ok on every node");
  }
}

async function configOf({ client }: ClusterNode, name: string): Promise<string> {
  const [, value = ""] = await client.config("GET", name) as string[];
  return value;
}

async function isWhole(client: Redis, size: number): Promise<boolean> {
  const state = await client.cluster("INFO");
  const replication = await client.info("replication");
  const isFollowing = replication.includes("role:master")
    ? replication.includes("connected_slaves:1")
    : replication.includes("master_link_status:up");
  return isFollowing && state.includes("cluster_state:ok") &&
    state.includes(`cluster_known_nodes:${size}`) && state.includes(`cluster_slots_ok:${SLOTS}`);
}

// The view of the node that answers first: one that hangs or is gone does not.
async function shardOf(nodes: readonly ClusterNode[], key: string): Promise<Shard> {
  const up = nodes.filter(({ client }) => client.status === "ready");
  const port = await Promise.any(up.map(async ({ client }) => {
    const slot = await client.cluster("KEYSLOT", key);
    const shards = await client.cluster("SLOTS");
    return shards.find(([first, last]) => first <= slot && slot <= last)?.[2]?.[1];
  }));
  const master = nodes.find((node) => node.port === port);
  const replica = await Promise.any(up.map(async (node) => {
    const [role, , followed] = await node.client.role() as unknown[];
    if (role === "slave" && followed === port) return node;
    throw new Error(`Cannot find a replica of "${port}"`);
  }));
  if (master === undefined) throw new Error(`Cannot find the master of "${key}"`);
  return { master, replica };
}
