/**
 * Cases: what is sent arrives, unchanged and in order.
 *
 * @module
 */

import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import type { Case } from "../case.ts";
import { message, numbered, texts } from "../messages.ts";
import { Probe } from "../probe.ts";
import { aMoment } from "../until.ts";

/** Sending and receiving. */
export const deliveryCases: readonly Case[] = [
  {
    title: "a message arrives with its key, headers and body, byte for byte",
    async run(world) {
      const destination = world.name("exact");
      const body = Uint8Array.from({ length: 256 }, (_, index) => index);
      const headers = { ce_id: "1", "content-type": "application/json", note: "Grüße ✓" };
      const probe = new Probe();
      await world.consume({ destination, group: world.group(), probe });
      const producer = await world.produce(destination);
      const before = Date.now();

      await world.send(producer, [{ key: "schlüssel", partition: 0, headers, body }]);
      await world.send(producer, [{ key: "", partition: 0, headers: {}, body: new Uint8Array() }]);
      await world.send(producer, [{ key: "", partition: 0, headers: {}, body: "Grüße ✓ 😀" }]);
      await world.until(() => probe.received.length >= 3, "all messages arrive");

      const [first, second, third] = probe.received;
      strictEqual(first?.key, "schlüssel");
      deepStrictEqual({ ...first?.headers }, headers);
      deepStrictEqual([...first?.body ?? []], [...body]);
      // Broker and client may be two machines with two clocks.
      ok(Math.abs((first?.storedAt ?? 0) - before) < 60_000, "storedAt is the time of storing");
      deepStrictEqual([second?.key, second?.body.length], ["", 0]);
      strictEqual(third?.text, "Grüße ✓ 😀", "text arrives as its UTF-8");
    },
  },
  {
    title: "headers named like parts of an object's prototype are headers and nothing else",
    async run(world) {
      const destination = world.name("hostile");
      const headers = Object.create(null) as Record<string, string>;
      headers["__proto__"] = "polluted";
      headers["constructor"] = "hostile";
      const probe = new Probe();
      await world.consume({ destination, group: world.group(), probe });
      const producer = await world.produce(destination);

      await world.send(producer, [message("m", { headers })]);
      await world.until(() => probe.received.length > 0, "the message arrives");

      const received = probe.received[0]?.headers ?? {};
      strictEqual(Object.getPrototypeOf(received), null);
      deepStrictEqual(Object.entries(received).sort(), [
        ["__proto__", "polluted"],
        ["constructor", "hostile"],
      ]);
    },
  },
  {
    title: "a partition keeps the order of its messages over many batches",
    async run(world) {
      const destination = world.name("order");
      const batch = numbered(2000);
      const probe = new Probe();
      await world.consume({ destination, group: world.group(), probe });
      const producer = await world.produce(destination);

      for (let index = 0; index < batch.length; index += 100) {
        await world.send(producer, batch.slice(index, index + 100));
      }
      await world.until(() => probe.distinct.length === batch.length, "all messages arrive");

      deepStrictEqual(probe.distinct, texts(batch));
    },
  },
  {
    title: "every message arrives on the partition it was sent to",
    async run(world) {
      const destination = world.name("placement");
      const batch = [0, 1, 2, 3].flatMap((partition) => numbered(5, `${partition}-`, partition));
      const probe = new Probe();
      await world.consume({
        destination,
        group: world.group(),
        partitionCount: 4,
        probe,
      });
      const producer = await world.produce(destination, { partitionCount: 4 });

      await world.send(producer, batch);
      await world.until(() => probe.distinct.length === 20, "all messages arrive");

      for (const { text, partition } of probe.received) strictEqual(text[0], String(partition));
    },
  },
  {
    title: "send() resolves only when the message is stored: a later group finds it",
    async run(world) {
      const destination = world.name("stored");
      const group = world.group();
      const producer = await world.produce(destination);
      await world.send(producer, numbered(10));
      await producer[Symbol.asyncDispose]();

      const probe = new Probe();
      const binder = await world.client();
      await world.consume({ destination, group, probe, binder });

      await world.until(() => probe.distinct.length === 10, "the stored messages arrive");
    },
  },
  {
    title: "a send whose signal has aborted rejects and stores nothing",
    async run(world) {
      const destination = world.name("aborted");
      const probe = new Probe();
      await world.consume({ destination, group: world.group(), probe });
      const producer = await world.produce(destination);

      await rejects(producer.send([message("late")], AbortSignal.abort(new Error("too late"))));
      await world.send(producer, [message("next")]);
      await world.until(() => probe.received.length > 0, "the next message arrives");
      await aMoment();

      deepStrictEqual(probe.distinct, ["next"]);
    },
  },
  {
    title: "a send that settled does not listen to its signal any more",
    async run(world) {
      const producer = await world.produce(world.name("heard"));
      const { signal } = new AbortController();
      const listeners = new Set<unknown>();
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
        listeners.add(given[1]);
        addEventListener.apply(signal, given);
      };
      signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
        listeners.delete(given[1]);
        removeEventListener.apply(signal, given);
      };

      for (const key of ["a", "b"]) await producer.send([message(key)], signal);

      strictEqual(listeners.size, 0);
    },
  },
];
