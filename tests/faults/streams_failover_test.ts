import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Redis } from "ioredis";
import { openOwnBroker, type OwnBroker } from "../support/own_broker.ts";
import { openStreamsScene, type RelayParts, type StreamsScene } from "../support/streams_scene.ts";
import { openTcpProxy } from "../support/tcp_proxy.ts";
import { until } from "../support/until.ts";

Deno.test("a Redis of the streams that lost a confirmed change gets it again, before a heartbeat", async () => {
  await using redis = await openOwnBroker("redis");
  await using scene = await openStreamsScene({ url: redis.address });

  await loseAChange(scene, redis);
  await scene.startSink();
  await until(() => scene.handled("lost") > 0, "the change", { timeoutMs: 30_000 });
  await scene.toldOf("lost");

  deepStrictEqual(scene.untold, []);
  strictEqual(scene.handled("before") > 0, true);
});

Deno.test("a relay that was away while the Redis of the streams lost a change sends it again", async () => {
  await using redis = await openOwnBroker("redis");
  await using scene = await openStreamsScene({ url: redis.address });

  await loseAChange(scene, redis, { whileAway: true });
  await scene.startSink();
  await until(() => scene.handled("lost") > 0, "the change", { timeoutMs: 30_000 });
  await scene.toldOf("lost");

  deepStrictEqual(scene.untold, []);
});

Deno.test("a Redis of the streams that lost everything is filled again under a sink at work", async () => {
  await using redis = await openOwnBroker("redis");
  await keepNothing(redis);
  await using scene = await openStreamsScene({ url: redis.address });
  await scene.change("before");
  await until(() => scene.handled("before") > 0, "a change");

  await redis.kill();
  await redis.start();
  await until(() => scene.handled("before") > 1, "the change again", { timeoutMs: 30_000 });
  await scene.change("after");
  await scene.toldOf("after");

  deepStrictEqual(scene.untold, []);
});

Deno.test("a replica that is promoted without a confirmed change gets it, before a heartbeat", async () => {
  // Processes in any case: one inside a container cannot follow an address of this machine.
  await using first = await openOwnBroker("redis", { rung: "process" });
  await using second = await openOwnBroker("redis", { rung: "process" });
  const proxy = openTcpProxy({ targetPort: first.port });
  const { port } = proxy;
  const admin = new Redis(second.address);
  try {
    await admin.replicaof("127.0.0.1", first.port);
    await until(async () => /master_link_status:up/.test(await admin.info()), "the replica");
    await using scene = await openStreamsScene({ url: `redis://127.0.0.1:${port}` });
    await scene.change("before");
    await until(() => scene.handled("before") > 0, "a change");
    await until(async () => await lengths(second) === await lengths(first), "the same at both");

    await scene.stopSink();
    // It follows nobody any more, and keeps what it has.
    await admin.replicaof("127.0.0.1", 1);
    await scene.change("lost");
    await scene.published();
    await proxy[Symbol.asyncDispose]();
    await first.kill();
    await admin.replicaof("NO", "ONE");
    await using _promoted = openTcpProxy({ targetPort: second.port, port });
    await scene.startSink();
    await until(() => scene.handled("lost") > 0, "the change", { timeoutMs: 30_000 });
    await scene.toldOf("lost");

    deepStrictEqual(scene.untold, []);
  } finally {
    admin.disconnect();
  }
});

const mutants: Readonly<Record<string, (parts: RelayParts) => RelayParts>> = {
  "takes Redis for a broker that loses nothing": ({ source, store }) => ({
    source: { ...source, epochs: () => Promise.resolve(undefined) },
    store,
  }),
  "notices and sends nothing again": ({ source, store }) => ({
    source,
    store: { ...store, republishSent: () => Promise.resolve(0) },
  }),
};

for (const [title, mutant] of Object.entries(mutants)) {
  Deno.test(`a relay that ${title} loses the change for good, and its heartbeats say otherwise`, async () => {
    await using redis = await openOwnBroker("redis");
    await using scene = await openStreamsScene({ url: redis.address, mutant });

    await loseAChange(scene, redis);
    await scene.startSink();
    await scene.toldOf("lost");

    strictEqual(scene.handled("lost"), 0);
    ok(scene.untold.includes("lost"));
  });
}

/** Redis confirms a change that no sink has got yet, and has it no more after it started anew. */
async function loseAChange(
  scene: StreamsScene,
  redis: OwnBroker,
  { whileAway = false }: { readonly whileAway?: boolean } = {},
): Promise<void> {
  await scene.change("before");
  await until(() => scene.handled("before") > 0, "a change");
  await scene.stopSink();
  await keepNothing(redis);
  await scene.change("lost");
  await scene.published();
  if (whileAway) await scene.stopRelay();
  await redis.kill();
  await redis.start();
  if (whileAway) scene.startRelay();
}

/** What is written from now on is gone after a kill. */
async function keepNothing({ address }: OwnBroker): Promise<void> {
  const admin = new Redis(address);
  await admin.config("SET", "appendonly", "no");
  admin.disconnect();
}

/** How many entries the streams have, heartbeats and all. */
async function lengths({ address }: OwnBroker): Promise<number> {
  const client = new Redis(address);
  try {
    const keys = await client.keys("*}*");
    const streams = await Promise.all(
      keys.map(async (key) => await client.type(key) === "stream" ? await client.xlen(key) : 0),
    );
    return streams.reduce((sum, length) => sum + length, 0);
  } finally {
    client.disconnect();
  }
}
