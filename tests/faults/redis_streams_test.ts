import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type Logger, silentLogger } from "@cauce/messaging";
import type { ConsumerBinding, Receive } from "@cauce/messaging/binder";
import { createBinder } from "@cauce/messaging/binders/redis";
import { Redis } from "ioredis";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { until } from "../support/until.ts";

Deno.test("XINFO GROUPS shows the committed position and the lag behind it", async () => {
  await using scene = await openScene();
  await scene.send(10);
  await scene.consume("g", { upTo: 7 });

  await until(async () => (await scene.group("g")).lag === 3, "a lag of 3");

  const group = await scene.group("g");
  const ids = await scene.ids();
  strictEqual(group["last-delivered-id"], ids[6]);
  strictEqual(group["entries-read"], 7);
  strictEqual(group.pending, 0);
});

Deno.test("lag() counts right where entries were deleted one by one", async () => {
  await using scene = await openScene();
  await scene.send(10);
  const ids = await scene.ids();
  await scene.client.xdel(scene.stream, ids[8] ?? "");
  const binding = await scene.consume("g", { upTo: 7 });

  const [lag] = await until(async () => {
    const lag = await binding.lag();
    return lag[0]?.messages === 2 && lag;
  }, "two waiting messages");

  strictEqual(lag?.oldestStoredAt, Number(ids[7]?.split("-")[0]));
});

Deno.test("trimming stops below what the slowest group still needs", async () => {
  await using scene = await openScene();
  await scene.send(1000);
  await scene.consume("fast", { upTo: 1000 });
  await scene.consume("slow", { upTo: 500 });
  await until(async () => (await scene.group("slow")).lag === 500, "commits");
  await until(async () => (await scene.group("fast")).lag === 0, "commits");
  const ids = await scene.ids();

  await scene.trim(0);

  const left = await scene.ids();
  ok(left.length < 1000, "what both groups are done with is dropped");
  deepStrictEqual(left.slice(-501), ids.slice(-501));
  strictEqual((await scene.group("slow")).lag, 500);
});

Deno.test("trimming stops below what another reader has not acknowledged", async () => {
  await using scene = await openScene();
  await scene.send(1000);
  await scene.client.xgroup("CREATE", scene.stream, "plain", "0");
  await scene.client.xreadgroup(
    ...["GROUP", "plain", "c", "COUNT", 1000, "STREAMS"] as const,
    ...[scene.stream, ">"] as const,
  );

  await scene.trim(0);

  strictEqual((await scene.ids()).length, 1000);
});

Deno.test("trimming keeps what is younger than the retention, and all without a group", async () => {
  await using scene = await openScene();
  await scene.send(1000);

  await scene.trim(0);
  strictEqual((await scene.ids()).length, 1000);

  await scene.consume("g", { upTo: 1000 });
  await until(async () => (await scene.group("g")).lag === 0, "the commit");
  await scene.trim(60_000);
  strictEqual((await scene.ids()).length, 1000);
});

Deno.test("entries that others wrote arrive, and what follows them too", async () => {
  await using scene = await openScene();
  await scene.client.xadd(scene.stream, "*", "__data__", "{broken");
  await scene.client.xadd(scene.stream, "*", "temperature", "21");
  await scene.client.xadd(scene.stream, "*", "k", "1", "h", "[", "b", "body");
  await scene.send(1);
  const bodies: string[] = [];

  await scene.consume("g", { upTo: 4, bodies });

  await until(() => bodies.length === 4, "four messages");
  deepStrictEqual(bodies, ["{broken", "", "body", "0"]);
});

Deno.test("a Redis that may evict messages is warned of", async () => {
  await using broker = await openOwnBroker("redis");
  const client = new Redis(broker.address);
  await client.config("SET", "maxmemory", "100mb");
  await client.config("SET", "maxmemory-policy", "allkeys-lru");
  client.disconnect();
  const warnings: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    warn: (message) => warnings.push(message),
  };
  await using binder = createBinder({
    env: { REDIS_URL: broker.address },
    logger,
    clientId: "policy",
  });

  await binder.bindProducer("any", { partitionCount: 1, requiredGroups: [] });

  strictEqual(warnings.filter((text) => text.includes("evict")).length, 1);
});

interface Scene extends AsyncDisposable {
  readonly client: Redis;
  readonly stream: string;
  send(count: number): Promise<void>;
  consume(
    group: string,
    options: { upTo: number; bodies?: string[] },
  ): Promise<ConsumerBinding>;
  ids(): Promise<readonly string[]>;
  group(name: string): Promise<Record<string, unknown>>;
  trim(retentionMs: number): Promise<void>;
}

/** A destination of one partition. */
async function openScene(): Promise<Scene> {
  const url = await redisUrl();
  const destination = uniqueName("streams");
  const stream = `{${destination}:0}`;
  const client = new Redis(url);
  const binder = createBinder({
    env: { REDIS_URL: url },
    logger: silentLogger,
    clientId: "streams",
  });
  const producer = await binder.bindProducer(destination, {
    partitionCount: 1,
    requiredGroups: [],
  });
  const script = new URL(
    "../../messaging/binders/redis/scripts/trim.lua",
    import.meta.url,
  );
  const trim = await Deno.readTextFile(script);
  const encoder = new TextEncoder();
  return {
    client,
    stream,
    send: (count) =>
      producer.send(
        Array.from({ length: count }, (_, index) => ({
          key: "key",
          partition: 0,
          headers: {},
          body: encoder.encode(`${index}`),
        })),
        AbortSignal.timeout(10_000),
      ),
    consume: (group, options) =>
      binder.bindConsumer(destination, {
        group,
        startOffset: "earliest",
        partitionCount: 1,
      }, settling(options)),
    ids: async () => (await client.xrange(stream, "-", "+")).map(([id]) => id),
    async group(name) {
      const groups = await client.xinfo("GROUPS", stream) as unknown[][];
      const fields = groups.find((flat) => flat[1] === name) ?? [];
      return Object.fromEntries(
        fields.flatMap((field, index) => index % 2 === 0 ? [[field, fields[index + 1]]] : []),
      );
    },
    trim: async (retentionMs) => void await client.eval(trim, 1, stream, retentionMs),
    async [Symbol.asyncDispose]() {
      await binder[Symbol.asyncDispose]();
      client.disconnect();
    },
  };
}

/** Settles the first messages and leaves the others open. */
function settling(options: { upTo: number; bodies?: string[] }): Receive {
  const decoder = new TextDecoder();
  let count = 0;
  return (assignment) => ({
    // deno-lint-ignore require-await -- the port wants a promise
    async deliver(batch) {
      for (const { body, offset } of batch) {
        count += 1;
        options.bodies?.push(decoder.decode(body));
        if (count <= options.upTo) assignment.settle(offset);
      }
    },
    drain: () => Promise.resolve(),
  });
}
