import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import type { Binder, ProducerBinding } from "@cauce/messaging/binder";
import { kafkaBrokers, uniqueName } from "../support/brokers.ts";
import { openKafkaBehindProxy } from "../support/kafka_client.ts";
import { until } from "../support/until.ts";

type OutgoingMessage = Parameters<ProducerBinding["send"]>[0][number];

const never = new AbortController().signal;

Deno.test("kafka: a send that was given up in a silent cut does not overtake a later one", async () => {
  const destination = uniqueName("given-up");
  const { binder, proxy } = openKafkaBehindProxy(await kafkaBrokers());
  await using _proxy = proxy;
  await using _binder = binder;
  const producer = await binder.bindProducer(destination, {
    partitionCount: 1,
    requiredGroups: [],
  });
  await producer.send([message("before")], never);

  proxy.freeze();
  const begun = Date.now();
  await rejects(
    producer.send([message("given up")], AbortSignal.timeout(300)),
    { name: "SendError", retriable: true },
  );
  const took = Date.now() - begun;
  proxy.heal();
  await producer.send([message("after")], never);
  await producer.send([message("last")], never);

  ok(took < 2000, `it settled after ${took} ms`);
  const received = await readAll(binder, destination, "last");
  const order = received.filter((key) => key !== "given up");
  deepStrictEqual(order, ["before", "after", "last"]);
  ok(received.indexOf("given up") < received.indexOf("after"), "the late one did not come later");
});

Deno.test("kafka: a batch larger than the broker's limit is stored in pieces, in order", async () => {
  const destination = uniqueName("large-batch");
  const { binder, proxy } = openKafkaBehindProxy(await kafkaBrokers());
  await using _proxy = proxy;
  await using _binder = binder;
  const producer = await binder.bindProducer(destination, {
    partitionCount: 1,
    requiredGroups: [],
  });
  const batch = Array.from({ length: 9 }, (_, index) => message(`${index}`, 0, 300_000));

  await producer.send(batch, never);

  deepStrictEqual(await readAll(binder, destination, 9), batch.map(({ key }) => key));
});

Deno.test("kafka: a message that the broker never takes is refused for good, and the next goes on", async () => {
  const destination = uniqueName("too-large");
  const { binder, proxy } = openKafkaBehindProxy(await kafkaBrokers());
  await using _proxy = proxy;
  await using _binder = binder;
  const producer = await binder.bindProducer(destination, {
    partitionCount: 1,
    requiredGroups: [],
  });

  await rejects(
    producer.send([message("huge", 0, 3_000_000)], never),
    { name: "SendError", retriable: false },
  );
  await producer.send([message("small")], never);

  strictEqual((await readAll(binder, destination, 1))[0], "small");
});

function message(key: string, partition = 0, bytes = 10): OutgoingMessage {
  return { key, partition, headers: {}, body: new Uint8Array(bytes) };
}

/** Reads keys from the start until there are so many, or one has come. */
async function readAll(
  binder: Binder,
  destination: string,
  enough: number | string,
): Promise<string[]> {
  const keys: string[] = [];
  await using _binding = await binder.bindConsumer(
    destination,
    { group: undefined, startOffset: "earliest", partitionCount: 1 },
    () => ({
      deliver(batch) {
        keys.push(...batch.map(({ key }) => key));
        return Promise.resolve();
      },
      drain: () => Promise.resolve(),
    }),
  );
  await until(
    () => typeof enough === "number" ? keys.length >= enough : keys.includes(enough),
    `${enough} of the messages`,
  );
  return keys;
}
