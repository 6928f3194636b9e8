import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Assignment, Binder, ConsumerBinding } from "@cauce/messaging/binder";
import { createKafkajsClient, parseKafkaConfig } from "@cauce/messaging/binders/kafka";
import { silentLogger } from "@cauce/messaging";
import { kafkaBrokers, uniqueName } from "../support/brokers.ts";
import { type KafkaBehindProxy, openKafkaBehindProxy } from "../support/kafka_client.ts";
import { until } from "../support/until.ts";

const never = new AbortController().signal;

Deno.test("kafka: a short cut costs no partition and repeats nothing", async () => {
  await using scene = await openScene();
  const member = await scene.join();
  await scene.send("before");
  await until(() => member.texts.includes("before"), "the first message");

  member.proxy.cut();
  await scene.send("meanwhile");
  member.proxy.heal();

  await until(() => member.texts.includes("meanwhile"), "the message sent meanwhile");
  deepStrictEqual(member.texts, ["before", "meanwhile"]);
  strictEqual(member.assignments.length, 1);
});

Deno.test("kafka: an offset that is gone is an alarm, and delivery goes on at the earliest", async () => {
  await using scene = await openScene();
  const alarms: string[] = [];
  await scene.send("first");
  await scene.commitBeforehand(1000);
  const logger = { ...silentLogger, error: (message: string) => void alarms.push(message) };

  const member = await scene.join({ client: openKafkaBehindProxy(scene.brokers, logger) });

  await until(() => member.texts.includes("first"), "the first message");
  deepStrictEqual(alarms, ["messages were lost: the broker no longer has the next offset"]);
});

Deno.test("kafka: ten members that join at once share twenty partitions within seconds", async () => {
  await using scene = await openScene({ partitionCount: 20 });
  const begun = Date.now();

  const members = await Promise.all(Array.from({ length: 10 }, () => scene.join()));
  await until(
    () => members.every(({ binding }) => binding.partitions().length === 2),
    "two partitions each",
    { timeoutMs: 15_000 },
  );

  const took = Date.now() - begun;
  ok(took < 10_000, `it took ${took} ms`);
});

interface MemberOptions {
  readonly client?: KafkaBehindProxy;
}

/** A destination, a group, and a producer that no fault touches. */
async function openScene({ partitionCount = 1 } = {}) {
  const brokers = await kafkaBrokers();
  const destination = uniqueName("faults");
  const group = uniqueName("group");
  const stack = new AsyncDisposableStack();
  const open = (client = openKafkaBehindProxy(brokers)) => {
    stack.use(client.proxy);
    stack.use(client.binder);
    return client;
  };
  const { binder } = open();
  const producer = await binder.bindProducer(destination, { partitionCount, requiredGroups: [] });

  return {
    brokers,
    async join({ client }: MemberOptions = {}) {
      const { binder, proxy } = open(client);
      return { ...await joinGroup(binder, { destination, group, partitionCount }), proxy };
    },
    send(text: string) {
      const body = new TextEncoder().encode(text);
      return producer.send([{ key: text, partition: 0, headers: {}, body }], never);
    },
    async commitBeforehand(offset: number) {
      const config = parseKafkaConfig({ KAFKA_BROKERS: brokers });
      const clientId = crypto.randomUUID();
      const link = createKafkajsClient({ config, clientId, logger: silentLogger }).openLink();
      await link.findLeaders(destination);
      const nobody = { group: `${group}.${destination}`, memberId: "", generation: -1 };
      await link.commit(nobody, destination, new Map([[0, offset]]));
      link.close();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

interface Place {
  readonly destination: string;
  readonly group: string;
  readonly partitionCount: number;
}

async function joinGroup(binder: Binder, place: Place) {
  const { destination, group, partitionCount } = place;
  const texts: string[] = [];
  const assignments: Assignment[] = [];
  const binding: ConsumerBinding = await binder.bindConsumer(
    destination,
    { group, startOffset: "earliest", partitionCount },
    (assignment) => {
      assignments.push(assignment);
      return {
        deliver(batch) {
          for (const { key, offset } of batch) {
            texts.push(key);
            assignment.settle(offset);
          }
          return Promise.resolve();
        },
        drain: () => Promise.resolve(),
      };
    },
  );
  return { binding, texts, assignments };
}
