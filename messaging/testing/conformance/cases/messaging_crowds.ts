/**
 * Cases: applications of several sinks, of many messages, that grow and shrink.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Message } from "../../../message.ts";
import { type App, type Note, noteChannel, startApp, untilRunning } from "../app.ts";
import type { Case } from "../case.ts";
import { aMoment } from "../until.ts";
import type { World } from "../world.ts";

const MANY = 10_000;

/** Crowds, above the binder. */
export const messagingCrowdCases: readonly Case[] = [
  {
    title: "10,000 sends at once and an application that ends: what was confirmed is there",
    async run(world) {
      const channel = noteChannel(world);
      const sender = startApp(world, { channel, source: { PRODUCER_REQUIRED_GROUPS: "g" } });
      const source = sender.messaging.source(channel);
      await source.send({ id: "k0", n: MANY });

      const sends = Promise.allSettled(
        Array.from({ length: MANY }, (_, n) => source.send({ id: `k${n % 100}`, n })),
      );
      await sender.messaging[Symbol.asyncDispose]();
      const confirmed = (await sends).flatMap(({ status }, n) => status === "fulfilled" ? [n] : []);
      ok(confirmed.length > 0, "some were confirmed");

      const seen = new Set<number>();
      startApp(world, {
        channel,
        group: "g",
        sink: { CONSUMER_CONCURRENCY: "100" },
        handle: ({ message }) => void seen.add(message.payload.n),
      });
      await world.until(
        () => seen.size > confirmed.length && confirmed.every((n) => seen.has(n)),
        "all that was confirmed arrives",
        () => `${seen.size} of ${confirmed.length}`,
      );
    },
  },
  {
    title: "a batch sent in one call arrives whole, each key in order",
    async run(world) {
      const channel = noteChannel(world);
      const byKey = new Map<string, number[]>();
      const app = startApp(world, {
        channel,
        group: "g",
        handle: ({ message: { key, payload } }) =>
          void byKey.set(key, [...byKey.get(key) ?? [], payload.n]),
      });

      await app.messaging.source(channel).sendBatch(
        Array.from({ length: 500 }, (_, index) => ({
          payload: { id: `k${index % 10}`, n: Math.floor(index / 10) },
        })),
      );

      await world.until(() => app.handled.length >= 500, "all arrive");
      const rounds = Array.from({ length: 50 }, (_, n) => n);
      deepStrictEqual([...byKey.values()], Array.from({ length: 10 }, () => rounds));
    },
  },
  {
    title: "several sinks of one channel each handle all, and are stopped one by one",
    async run(world) {
      const channel = noteChannel(world, 1);
      const groups = ["one", "two", "three"];
      const moreBindings = groups.map((group) => bindingOf(channel, group));
      const app = startApp(world, { channel, moreBindings });
      const sinks = groups.map((group) => addSink(app, channel, group));
      const source = app.messaging.source(channel);
      const send = (n: number) => source.send({ id: "a", n });
      await untilRunning(world, app);

      await send(0);
      await world.until(() => sinks.every(({ seen }) => seen.length === 1), "all handle it");
      for (const [index, { binding }] of sinks.slice(0, 2).entries()) {
        await app.messaging.control(binding, "stopped");
        await send(index + 1);
        await world.until(
          () => sinks.slice(index + 1).every(({ seen }) => seen.length === index + 2),
          "the others go on",
        );
      }
      await aMoment(200);
      deepStrictEqual(sinks.map(({ seen }) => seen), [[0], [0, 1], [0, 1, 2]]);
      for (const { binding } of sinks) await app.messaging.control(binding, "started");

      await world.until(() => sinks.every(({ seen }) => seen.length === 3), "all catch up");
      for (const { seen } of sinks) deepStrictEqual(seen, [0, 1, 2]);
    },
  },
  {
    title: "handlers that fail now and then: all is handled in the end, each key in order",
    async run(world) {
      const channel = noteChannel(world);
      const done = new Map<string, number[]>();
      const app = startApp(world, {
        channel,
        group: "g",
        sink: { CONSUMER_MAX_ATTEMPTS: "5" },
        handle: ({ message: { key, payload }, context }) => {
          if (context.attempt <= payload.n % 3) throw new Error("Not yet");
          done.set(key, [...done.get(key) ?? [], payload.n]);
        },
      });
      const rounds = Array.from({ length: 12 }, (_, n) => n);
      await app.messaging.source(channel).sendBatch(
        rounds.flatMap((n) => ["a", "b", "c", "d"].map((id) => ({ payload: { id, n } }))),
      );

      const count = () => [...done.values()].flat().length;
      await world.until(() => count() >= rounds.length * 4, "all is handled");
      for (const numbers of done.values()) deepStrictEqual(numbers, rounds);
    },
  },
  {
    title: "an application that joins takes a share over, and gives it back when it ends",
    async run(world) {
      const channel = noteChannel(world);
      const first = startApp(world, { channel, group: "g", handle: () => {} });
      await untilOwned(world, [first], 4);
      const second = startApp(world, { channel, group: "g", handle: () => {} });
      await untilOwned(world, [first, second], 2);
      const source = first.messaging.source(channel);
      const ids = Array.from({ length: 40 }, (_, index) => `k${index}`);

      await Promise.all(ids.map((id) => source.send({ id, n: 1 })));
      const all = () => [...first.handled, ...second.handled];
      await world.until(() => new Set(all().map(keyOf)).size === ids.length, "all are handled");
      ok(first.handled.length > 0 && second.handled.length > 0, "both take part");
      await second.messaging[Symbol.asyncDispose]();
      await untilOwned(world, [first], 4);
      const before = second.handled.length;
      await Promise.all(ids.map((id) => source.send({ id, n: 2 })));

      const again = () => first.handled.filter(({ message }) => message.payload.n === 2);
      await world.until(() => again().length >= ids.length, "the one who stays handles all");
      strictEqual(second.handled.length, before);
    },
  },
];

/** The name of a sink's binding beside the channel's own. */
function bindingOf({ name }: ReturnType<typeof noteChannel>, group: string): string {
  return `${name}-${group}-in`;
}

/** One more sink of an application, in a group of its own. */
function addSink({ messaging }: App, channel: ReturnType<typeof noteChannel>, group: string) {
  const seen: number[] = [];
  const binding = bindingOf(channel, group);
  const handle = ({ payload }: Message<Note>) => Promise.resolve(void seen.push(payload.n));
  messaging.sink(channel, handle, { binding, group });
  return { binding, seen };
}

async function untilOwned(world: World, apps: readonly App[], count: number): Promise<void> {
  await world.until(async () => {
    const rows = await Promise.all(apps.map(({ messaging }) => messaging.bindings()));
    return rows.flat().every((row) =>
      row.direction === "source" || row.partitions.length === count
    );
  }, `each owns ${count} partitions`);
}

function keyOf({ message }: { readonly message: Message<Note> }): string {
  return message.key;
}
