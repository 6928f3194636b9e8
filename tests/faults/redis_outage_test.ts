import { deepStrictEqual, doesNotMatch, match, ok, rejects } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import type { ProducerBinding } from "@cauce/messaging/binder";
import { createBinder } from "@cauce/messaging/binders/redis";
import { Redis } from "ioredis";
import { uniqueName } from "../support/brokers.ts";
import { openOwnBroker, type OwnBroker } from "../support/own_broker.ts";
import { say } from "../support/say.ts";
import { openTcpProxy, type TcpProxy } from "../support/tcp_proxy.ts";
import { until } from "../support/until.ts";

// What is promised.
const RESUMED_MS = 10_000;

Deno.test("delivery goes on after FLUSHALL, from the first message that came then", async () => {
  await using scene = await openScene();
  await scene.send("before");
  await until(() => scene.received.includes("before"), "the first message");

  await scene.client.flushall();
  await scene.send("first");

  await scene.assertResumed("FLUSHALL");
  await until(() => scene.received.includes("first"), "the first message");
});

Deno.test("delivery goes on after its Redis was demoted for a while", async () => {
  await using scene = await openScene();
  await scene.send("before");
  await until(() => scene.received.includes("before"), "the first message");

  await scene.client.replicaof("127.0.0.1", 1);
  await rejects(scene.send("refused"), { name: "SendError", retriable: true });
  await scene.client.replicaof("NO", "ONE");

  await scene.assertResumed("a demotion");
});

Deno.test("a wrong password is told without telling the password", async () => {
  await using broker = await openOwnBroker("redis");
  const url = new URL(broker.address);
  url.password = "hunter2";
  const client = new Redis(broker.address);
  await client.config("SET", "requirepass", "right");
  client.disconnect();
  const told: unknown[] = [];
  const tell = (...line: unknown[]) => void told.push(line);
  await using binder = createBinder({
    env: { REDIS_URL: url.href },
    logger: { debug: tell, info: tell, warn: tell, error: tell },
    clientId: "stranger",
  });

  await rejects(binder.ping(), (error: Error) => {
    const text = Deno.inspect([error, told], { depth: 10 });
    match(text, /WRONGPASS/);
    doesNotMatch(text, /hunter2/);
    return error.name === "BrokerUnavailableError";
  });
});

Deno.test("a send without an answer rejects and is not sent again by itself", async () => {
  await using scene = await openScene();
  // A server that does not know the script yet stores nothing until it gets it.
  await scene.send("before");
  const marker = new TextEncoder().encode("unanswered");
  scene.proxy.dropNextResponse((bytes) => includes(bytes, marker));

  await rejects(scene.send("unanswered"), { name: "SendError" });
  await until(() => scene.trySend("next"), "the next send");
  await until(() => scene.received.includes("next"), "the next message");

  deepStrictEqual(scene.received, ["before", "unanswered", "next"]);
});

Deno.test("a send that was given up while the network was silent is not stored later", async () => {
  await using scene = await openScene();
  await scene.send("before");
  scene.proxy.freeze();

  await rejects(scene.send("given up", 4000), { name: "SendError" });
  scene.proxy.heal();
  await until(() => scene.trySend("next"), "the next send");
  await until(() => scene.received.includes("next"), "the next message");

  deepStrictEqual(scene.received, ["before", "next"]);
});

interface Scene extends AsyncDisposable {
  readonly broker: OwnBroker;
  /** Between the binder and its broker. */
  readonly proxy: TcpProxy;
  /** Past the proxy. */
  readonly client: Redis;
  readonly received: readonly string[];
  send(text: string, deadlineMs?: number): Promise<void>;
  trySend(text: string): Promise<boolean>;
  assertResumed(after: string): Promise<void>;
}

/** A consumer and a producer of one partition, behind a proxy. */
async function openScene(): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const broker = opened.use(await openOwnBroker("redis"));
  const proxy = opened.use(openTcpProxy({ targetPort: broker.port }));
  const client = opened.adopt(
    new Redis(broker.address),
    (it) => it.disconnect(),
  );
  // A server that is gone is part of these tests.
  client.on("error", () => {});
  const binder = opened.use(createBinder({
    env: { REDIS_URL: `redis://127.0.0.1:${proxy.port}` },
    logger: silentLogger,
    clientId: "outage",
  }));
  const destination = uniqueName("outage");
  const received: string[] = [];
  const decoder = new TextDecoder();
  await binder.bindConsumer(destination, {
    group: "g",
    startOffset: "earliest",
    partitionCount: 1,
  }, (assignment) => ({
    // deno-lint-ignore require-await -- the port wants a promise
    async deliver(batch) {
      for (const { body, offset } of batch) {
        received.push(decoder.decode(body));
        assignment.settle(offset);
      }
    },
    drain: () => Promise.resolve(),
  }));
  const producer = await binder.bindProducer(destination, {
    partitionCount: 1,
    requiredGroups: [],
  });

  const send = (text: string, deadlineMs = 20_000) => sendText(producer, text, deadlineMs);
  const trySend = (text: string) => send(text, 2000).then(() => true, () => false);
  async function assertResumed(after: string): Promise<void> {
    const began = performance.now();
    await until(() => trySend("after"), "a send", { timeoutMs: RESUMED_MS });
    await until(() => received.includes("after"), "a delivery", {
      timeoutMs: RESUMED_MS,
    });
    const took = performance.now() - began;
    say(`redis: delivery resumed ${Math.round(took)} ms after ${after}`);
    ok(took <= RESUMED_MS, `it took ${took} ms`);
  }

  const rest = opened.move();
  return {
    broker,
    proxy,
    client,
    received,
    send,
    trySend,
    assertResumed,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

function sendText(
  producer: ProducerBinding,
  text: string,
  deadlineMs: number,
): Promise<void> {
  const body = new TextEncoder().encode(text);
  const message = { key: "key", partition: 0, headers: {}, body };
  return producer.send([message], AbortSignal.timeout(deadlineMs));
}

function includes(bytes: Uint8Array, part: Uint8Array): boolean {
  const decoder = new TextDecoder("latin1");
  return decoder.decode(bytes).includes(decoder.decode(part));
}
