import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  createMemoryBroker,
  createMessaging,
  parseMessagingConfig,
  silentLogger,
} from "@cauce/messaging";
import type { Delivery } from "@cauce/messaging/binder";
import { createBinder } from "@cauce/messaging/binders/memory";
import { benchEvents, eventOf, type Mode, PARTITIONS, toRawMessage } from "./events.ts";

for (const mode of ["binary", "structured"] as const) {
  Deno.test(`toRawMessage() is what a source sends in ${mode} mode, byte for byte`, async () => {
    const event = eventOf(7, 200);

    const { delivery, partition } = await send(event, mode);

    const raw = toRawMessage(event, mode);
    strictEqual(partition, raw.partition);
    strictEqual(delivery.key, raw.key);
    deepStrictEqual(Object.keys(delivery.headers), Object.keys(raw.headers));
    deepStrictEqual(alike(JSON.stringify(delivery.headers)), alike(JSON.stringify(raw.headers)));
    strictEqual(alike(new TextDecoder().decode(delivery.body)), alike(raw.body));
  });
}

Deno.test("eventOf() makes payloads of about the size that was asked for", () => {
  for (const size of [200, 1024]) {
    const { length } = JSON.stringify(eventOf(99_999, size));
    strictEqual(Math.abs(length - size) < 20, true, `${length} for ${size}`);
  }
});

/** What a source hands to its broker. */
async function send(
  event: ReturnType<typeof eventOf>,
  mode: Mode,
): Promise<{ delivery: Delivery; partition: number }> {
  const memory = createMemoryBroker();
  const config = parseMessagingConfig({
    MESSAGING_BINDER: "memory",
    MESSAGING_BINDINGS_BENCH_EVENTS_OUT_PRODUCER_CONTENT_MODE: mode,
  }, { bindings: ["bench-events-out"] });
  await using messaging = createMessaging({ config, application: "bench", memory });
  await using binder = createBinder({
    env: {},
    logger: silentLogger,
    clientId: "bench-test",
    memory,
  });
  const { promise, resolve } = Promise.withResolvers<{ delivery: Delivery; partition: number }>();
  const source = messaging.source(benchEvents);
  messaging.start();
  await using _consumer = await binder.bindConsumer(
    benchEvents.name,
    { group: "bench", startOffset: "earliest", partitionCount: PARTITIONS },
    ({ partition }) => ({
      deliver([delivery]) {
        if (delivery !== undefined) resolve({ delivery, partition });
        return Promise.resolve();
      },
      drain: () => Promise.resolve(),
    }),
  );
  await source.send(event);
  return await promise;
}

/** Random ids and clock times differ from run to run; their places and lengths do not. */
function alike(text: string): string {
  return text
    .replaceAll(
      /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
      "00000000-0000-0000-0000-000000000000",
    )
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]{12}Z/g, "0000-00-00T00:00:00.000Z");
}
