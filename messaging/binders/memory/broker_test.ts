import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { silentLogger } from "../../logger.ts";
import type { OutgoingMessage } from "../../message.ts";
import { balance } from "./balance.ts";
import { createBinder } from "./binder.ts";
import { createMemoryBroker } from "./broker.ts";

const never = new AbortController().signal;

function message(text: string): OutgoingMessage {
  return { key: "k", partition: 0, headers: {}, body: new TextEncoder().encode(text) };
}

function open(messagesPerPartition: number) {
  const memory = createMemoryBroker({ messagesPerPartition });
  return { memory, binder: createBinder({ env: {}, logger: silentLogger, clientId: "c", memory }) };
}

const producing = { partitionCount: 1, requiredGroups: [] };
const consuming = { group: "g", startOffset: "earliest", partitionCount: 1 } as const;

Deno.test("a full partition of the memory broker drops what nobody needs", async () => {
  const { memory, binder } = open(4);
  await using producer = await binder.bindProducer("d", producing);

  for (let index = 0; index < 10; index += 1) await producer.send([message(`${index}`)], never);

  const [log] = memory.open("d", 1).logs;
  strictEqual(log?.end, 10);
  strictEqual(log.first, 6);
});

Deno.test("a full partition of the memory broker holds its senders back until a group commits", async () => {
  const { binder } = open(2);
  const settles: (() => void)[] = [];
  await using _consumer = await binder.bindConsumer("d", consuming, (assignment) => ({
    deliver: (batch) => {
      settles.push(...batch.map(({ offset }) => () => assignment.settle(offset)));
      return Promise.resolve();
    },
    drain: () => Promise.resolve(),
  }));
  await using producer = await binder.bindProducer("d", producing);
  await producer.send([message("0"), message("1")], never);
  let stored = false;

  const sending = producer.send([message("2")], never).then(() => stored = true);
  await new Promise((resolve) => setTimeout(resolve, 10));
  strictEqual(stored, false);
  for (const settle of settles) settle();
  await sending;

  strictEqual(stored, true);
});

Deno.test("a sender that is held back gives up when its signal aborts, and stores nothing", async () => {
  const { memory, binder } = open(2);
  await using producer = await binder.bindProducer("d", {
    partitionCount: 1,
    requiredGroups: ["g"],
  });
  await producer.send([message("0"), message("1")], never);

  await rejects(producer.send([message("2")], AbortSignal.timeout(10)), { name: "TimeoutError" });

  strictEqual(memory.open("d", 1).logs[0]?.end, 2);
});

Deno.test("a stopped memory broker refuses everybody and keeps what it has", async () => {
  const { memory, binder } = open(10);
  await using producer = await binder.bindProducer("d", producing);
  await producer.send([message("0")], never);

  memory.stop();
  await rejects(binder.ping(), { name: "BrokerUnavailableError" });
  await rejects(producer.send([message("1")], never), { name: "BrokerUnavailableError" });
  memory.start();

  await binder.ping();
  strictEqual(memory.open("d", 1).logs[0]?.end, 1);
});

Deno.test("balance() shares evenly and lets owners keep what they may", () => {
  const current = ["a", "a", "a", "a", undefined];

  deepStrictEqual(balance(["a", "b"], current), ["a", "a", "a", "b", "b"]);
  deepStrictEqual(balance(["a", "b", "c"], ["a", "a", "b", "b", "b"]), ["a", "a", "b", "b", "c"]);
  deepStrictEqual(balance(["b"], ["a", "b"]), ["b", "b"]);
  deepStrictEqual(balance([], ["a"]), [undefined]);
  deepStrictEqual(balance(["a", "b", "c"], [undefined, undefined]), ["a", "b"]);
});
