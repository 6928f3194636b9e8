import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Assignment, Binder, ConsumerBinding } from "@cauce/messaging/binder";
import { createKafkajsClient, parseKafkaConfig } from "@cauce/messaging/binders/kafka";
import { silentLogger } from "@cauce/messaging";
import { kafkaBrokers, uniqueName } from "../support/brokers.ts";
import { type KafkaBehindProxy, openKafkaBehindProxy } from "../support/kafka_client.ts";
import { until } from "../support/until.ts";

// What is promised.
const RESUMED_MS = 10_000;
const SESSION_TIMEOUT_MS = 8000;
const never = new AbortController().signal;

Deno.test("kafka: delivery goes on within ten seconds of a silent network cut's end", async () => {
  await using scene = await openScene();
  const member = await scene.join();
  await scene.send("before");
  await until(() => member.texts.includes("before"), "the first message");

  member.proxy.freeze();
  await until(() => member.assignments.every(({ signal }) => signal.aborted), "the loss", {
    timeoutMs: 2 * SESSION_TIMEOUT_MS,
  });
  await scene.send("meanwhile");
  member.proxy.heal();

  const healed = Date.now();
  await until(() => member.texts.includes("meanwhile"), "the message sent meanwhile", {
    timeoutMs: 2 * RESUMED_MS,
  });
  const took = Date.now() - healed;
  ok(took < RESUMED_MS, `it took ${took} ms`);
  deepStrictEqual(member.texts, ["before", "meanwhile"]);
});

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

Deno.test("kafka: a handler slower than the session timeout runs once, though a member joins", async () => {
  await using scene = await openScene();
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  const slow = await scene.join({ work: () => done });
  await scene.send("slow");
  await until(() => slow.texts.includes("slow"), "the slow message");

  const other = await scene.join();
  await new Promise((resolve) => setTimeout(resolve, SESSION_TIMEOUT_MS + 2000));
  const [assignment] = slow.assignments;
  strictEqual(assignment?.signal.aborted, false);
  finish();
  await slow.binding[Symbol.asyncDispose]();
  await scene.send("next");

  await until(() => other.texts.includes("next"), "the next message");
  deepStrictEqual([slow.texts, other.texts], [["slow"], ["next"]]);
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
  /** What each message takes before it is settled. */
  readonly work?: () => Promise<void>;
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
    async join({ client, work }: MemberOptions = {}) {
      const { binder, proxy } = open(client);
      const place = { destination, group, partitionCount };
      return { ...await joinGroup(binder, { ...place, work }), proxy };
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
  readonly work: (() => Promise<void>) | undefined;
}

async function joinGroup(binder: Binder, place: Place) {
  const { destination, group, partitionCount, work = () => Promise.resolve() } = place;
  const texts: string[] = [];
  const assignments: Assignment[] = [];
  const running = new Set<Promise<void>>();
  const binding: ConsumerBinding = await binder.bindConsumer(
    destination,
    { group, startOffset: "earliest", partitionCount },
    (assignment) => {
      assignments.push(assignment);
      return {
        deliver(batch) {
          for (const { key, offset } of batch) {
            texts.push(key);
            running.add(work().then(() => assignment.settle(offset)));
          }
          return Promise.resolve();
        },
        async drain() {
          await Promise.all(running);
        },
      };
    },
  );
  return { binding, texts, assignments };
}
