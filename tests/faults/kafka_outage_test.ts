import { deepStrictEqual, ok } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { createBinder } from "@cauce/messaging/binders/kafka";
import { uniqueName } from "../support/brokers.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { until } from "../support/until.ts";

// What is promised.
const RESUMED_MS = 10_000;
const never = new AbortController().signal;

Deno.test("kafka: delivery goes on after Kafka was killed and started again, nothing lost", async () => {
  await using broker = await openOwnBroker("kafka");
  await using binder = createBinder({
    env: { KAFKA_BROKERS: broker.address },
    logger: silentLogger,
    clientId: crypto.randomUUID(),
  });
  const destination = uniqueName("outage");
  const received: string[] = [];
  const producer = await binder.bindProducer(destination, {
    partitionCount: 1,
    requiredGroups: [],
  });
  await binder.bindConsumer(
    destination,
    { group: uniqueName("group"), startOffset: "earliest", partitionCount: 1 },
    (assignment) => ({
      deliver(batch) {
        for (const { key, offset } of batch) {
          received.push(key);
          assignment.settle(offset);
        }
        return Promise.resolve();
      },
      drain: () => Promise.resolve(),
    }),
  );
  const send = (key: string) =>
    producer.send([{ key, partition: 0, headers: {}, body: new Uint8Array() }], never);
  await send("before");
  await until(() => received.includes("before"), "the first message");

  await broker.kill();
  const sending = send("meanwhile");
  await broker.start();
  const back = Date.now();
  await sending;
  await send("after");
  await until(() => received.includes("after"), "the last message", { timeoutMs: 2 * RESUMED_MS });

  const took = Date.now() - back;
  ok(took < RESUMED_MS, `it took ${took} ms`);
  deepStrictEqual([...new Set(received)], ["before", "meanwhile", "after"]);
});
