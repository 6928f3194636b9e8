import { ok, rejects, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { parseRedisConfig } from "../../messaging/binders/redis/config.ts";
import { Connection, delay } from "../../messaging/binders/redis/connection.ts";
import { redisUrl } from "../support/brokers.ts";
import { openUrlProxy, type TcpProxy } from "../support/tcp_proxy.ts";

const PATIENCE_MS = 600;
/** What it takes beyond that: the next look at the socket, and a machine with much else to do. */
const SLACK_MS = 1000;

Deno.test("redis: a connection that owes an answer ends when its patience does, and not before", async () => {
  await using scene = await openScene();
  const client = await scene.connection.client();
  scene.proxy.freeze();

  assertPatience(await timeToReject(client.get("anything")));
});

Deno.test("redis: a command that follows an answered one is given the whole patience", async () => {
  await using scene = await openScene();
  await (await scene.connection.client()).get("anything");
  // Between two looks.
  await delay(PATIENCE_MS / 30);
  scene.proxy.freeze();

  assertPatience(await timeToReject((await scene.connection.client()).get("anything")));
});

Deno.test("redis: a connection that owes nothing lives on", async () => {
  await using scene = await openScene();
  const client = await scene.connection.client();
  scene.proxy.freeze();

  await delay(PATIENCE_MS + SLACK_MS);

  strictEqual(client.status, "ready");
});

Deno.test("redis: a connection that always owes an answer lives on while some arrive", async () => {
  await using scene = await openScene();
  scene.proxy.delay(PATIENCE_MS / 4);
  const answers: Promise<unknown>[] = [];

  for (let index = 0; index < 12; index++) {
    answers.push((await scene.connection.client()).get("anything"));
    await delay(PATIENCE_MS / 4);
  }

  await Promise.all(answers);
});

Deno.test("redis: a server that falls silent before it has greeted is given up", async () => {
  await using scene = await openScene();
  scene.proxy.freeze();

  assertPatience(await timeToReject(scene.connection.client()));
});

interface Scene extends AsyncDisposable {
  readonly proxy: TcpProxy;
  /** Not connected yet. */
  readonly connection: Connection;
}

async function openScene(): Promise<Scene> {
  const { proxy, url } = openUrlProxy(await redisUrl());
  const config = parseRedisConfig({ REDIS_URL: url });
  const connection = new Connection({
    config,
    node: config.nodes[0],
    logger: silentLogger,
    name: "silence",
    socketTimeoutMs: PATIENCE_MS,
  });
  return {
    proxy,
    connection,
    async [Symbol.asyncDispose]() {
      connection.close();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

async function timeToReject(promise: Promise<unknown>): Promise<number> {
  const begunAt = performance.now();
  await rejects(promise);
  return performance.now() - begunAt;
}

function assertPatience(tookMs: number): void {
  ok(tookMs >= PATIENCE_MS - 1, `it ended after ${tookMs} ms already`);
  ok(tookMs <= PATIENCE_MS + SLACK_MS, `it ended after ${tookMs} ms only`);
}
