import { strictEqual } from "node:assert/strict";
import {
  createMessaging,
  defineChannel,
  parseMessagingConfig,
  silentLogger,
} from "@cauce/messaging";
import type { Binder } from "@cauce/messaging/binder";
import { createBinder as createRedisBinder } from "@cauce/messaging/binders/redis";
import { kafkaBrokers, redisUrl } from "../support/brokers.ts";
import { openKafkaBehindProxy } from "../support/kafka_client.ts";
import { say } from "../support/say.ts";
import { openUrlProxy, type TcpProxy } from "../support/tcp_proxy.ts";
import { until } from "../support/until.ts";

/** A binding without contact may look well for so long, and no longer. */
const DOWN_WITHIN_MS = 5000;
const RUNS_WITHIN_MS = 10_000;

const networks = {
  async kafka() {
    return openKafkaBehindProxy(await kafkaBrokers());
  },
  async redis() {
    const { proxy, url } = openUrlProxy(await redisUrl());
    const env = { REDIS_URL: url };
    const binder = createRedisBinder({ env, logger: silentLogger, clientId: crypto.randomUUID() });
    return { binder, proxy };
  },
} satisfies Record<string, () => Promise<{ binder: Binder; proxy: TcpProxy }>>;

for (const [broker, openNetwork] of Object.entries(networks)) {
  Deno.test(`${broker}: a sink in a silent network is down within 5 s, and runs again after it`, async () => {
    const { binder, proxy } = await openNetwork();
    await using _proxy = proxy;
    const name = `contact-${crypto.randomUUID()}`;
    const channel = defineChannel({
      name,
      schema: { parse: String },
      keyOf: (text) => text,
    });
    await using messaging = createMessaging({
      application: "contact",
      config: parseMessagingConfig({}, { bindings: [`${name}-in`], defaultBinder: "memory" }),
      binders: { memory: () => binder },
    });
    messaging.sink(channel, () => Promise.resolve(), { group: "g" });
    messaging.start();
    const state = () => messaging.health()[0]?.state;
    await until(() => state() === "running", "it runs");

    const cutAt = Date.now();
    proxy.freeze();
    await until(() => state() === "down", "it is down");
    const downAfterMs = Date.now() - cutAt;
    const healedAt = Date.now();
    proxy.heal();
    await until(() => state() === "running", "it runs again");
    const runsAfterMs = Date.now() - healedAt;

    say(`${broker}: down after ${downAfterMs} ms, running ${runsAfterMs} ms after the healing`);
    strictEqual(downAfterMs <= DOWN_WITHIN_MS, true, `it was down after ${downAfterMs} ms`);
    strictEqual(runsAfterMs <= RUNS_WITHIN_MS, true, `it ran after ${runsAfterMs} ms`);
  });
}
