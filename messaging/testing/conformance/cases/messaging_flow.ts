/**
 * Cases: from a source to the sinks that are to hear it.
 *
 * @module
 */

import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { partitionOf } from "../../../partition.ts";
import { noteChannel, startApp, untilRunning } from "../app.ts";
import type { Case } from "../case.ts";
import { aMoment } from "../until.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** Publishing and subscribing. */
export const messagingFlowCases: readonly Case[] = [
  ...(["binary", "structured"] as const).map((mode): Case => ({
    title: `an event in ${mode} mode reaches the handler with its attributes and payload`,
    async run(world) {
      const channel = noteChannel(world);
      const app = startApp(world, {
        channel,
        group: "readers",
        source: { PRODUCER_CONTENT_MODE: mode },
        handle: () => {},
      });
      const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

      await app.messaging.source(channel).send({ id: "a", n: 1 }, { id: "e-1", time, traceparent });
      await world.until(() => app.handled.length > 0, "the event arrives");

      const message = app.handled[0]?.message;
      deepStrictEqual(message?.payload, { id: "a", n: 1 });
      deepStrictEqual(
        [message?.id, message?.type, message?.source, message?.subject, message?.time],
        ["e-1", "note.written", "/conformance", "a", time],
      );
      deepStrictEqual([message?.key, message?.traceparent], ["a", traceparent]);
    },
  })),
  {
    title: "a plain message reaches the handler with its key and payload",
    async run(world) {
      const channel = noteChannel(world);
      const app = startApp(world, {
        channel,
        group: "readers",
        source: { PRODUCER_CONTENT_MODE: "plain" },
        handle: () => {},
      });

      await app.messaging.source(channel).send({ id: "a", n: 1 });
      await world.until(() => app.handled.length > 0, "the message arrives");

      const message = app.handled[0]?.message;
      deepStrictEqual([message?.key, message?.payload], ["a", { id: "a", n: 1 }]);
    },
  },
  {
    title: "a payload that breaks the schema is refused before it is sent",
    async run(world) {
      const channel = noteChannel(world);
      const app = startApp(world, { channel, group: "readers", handle: () => {} });
      const source = app.messaging.source(channel);

      await rejects(source.send({ id: 1, n: 1 } as never), { name: "InvalidMessageError" });
      await rejects(
        source.sendBatch([{ payload: { id: "a", n: 1 } }, { payload: {} as never }]),
        { name: "InvalidMessageError" },
      );
      await source.send({ id: "b", n: 2 });
      await world.until(() => app.handled.length > 0, "the valid one arrives");

      deepStrictEqual(app.handled.map(({ message }) => message.key), ["b"]);
    },
  },
  {
    title: "every key is on the partition that Java's Kafka client would choose",
    async run(world) {
      const channel = noteChannel(world, 5);
      const app = startApp(world, { channel, group: "readers", handle: () => {} });
      const source = app.messaging.source(channel);
      const keys = Array.from({ length: 30 }, (_, index) => `ключ-${index}`);

      strictEqual(await source.partitionCount(), 5);
      await source.sendBatch(keys.map((id, n) => ({ payload: { id, n } })));
      await world.until(() => app.handled.length >= keys.length, "all arrive");

      for (const { message } of app.handled) {
        strictEqual(message.position.partition, partitionOf(message.key, 5), message.key);
      }
    },
  },
  {
    title: "a group of two applications handles each message once, another group all of them",
    async run(world) {
      const channel = noteChannel(world);
      const options = { channel, handle: () => {} };
      const pair = [
        startApp(world, { ...options, group: "pair" }),
        startApp(world, { ...options, group: "pair" }),
      ];
      const single = startApp(world, { ...options, group: "single" });
      for (const app of [...pair, single]) await untilRunning(world, app);
      const sender = startApp(world, { channel });

      await sender.messaging.source(channel).sendBatch(
        Array.from({ length: 100 }, (_, n) => ({ payload: { id: `k${n}`, n } })),
      );
      const numbers = () =>
        pair.flatMap((app) => app.handled).map(({ message }) => message.payload.n);
      await world.until(() => new Set(numbers()).size === 100, "the pair handles all");
      await world.until(() => single.handled.length >= 100, "the other group handles all");

      strictEqual(new Set(single.handled.map(({ message }) => message.payload.n)).size, 100);
    },
  },
  {
    title: "applications without a group each get every message sent after they run",
    async run(world) {
      const channel = noteChannel(world);
      const sender = startApp(world, { channel });
      const source = sender.messaging.source(channel);
      await source.send({ id: "old", n: 0 });
      const apps = [
        startApp(world, { channel, handle: () => {} }),
        startApp(world, { channel, handle: () => {} }),
      ];
      for (const app of apps) await untilRunning(world, app);

      await source.send({ id: "new", n: 1 });
      await world.until(() => apps.every(({ handled }) => handled.length > 0), "both get it");
      await aMoment();

      for (const { handled } of apps) {
        deepStrictEqual(handled.map(({ message }) => message.key), ["new"]);
      }
    },
  },
  {
    title: "a new group gets the history",
    async run(world) {
      const channel = noteChannel(world);
      const { historyForNewGroups } = (await world.own()).features;
      const source = historyForNewGroups ? {} : { PRODUCER_REQUIRED_GROUPS: "late" };
      const sender = startApp(world, { channel, source });
      await sender.messaging.source(channel).sendBatch(
        Array.from({ length: 20 }, (_, n) => ({ payload: { id: `k${n % 3}`, n } })),
      );

      const app = startApp(world, { channel, group: "late", handle: () => {} });

      await world.until(() => app.handled.length >= 20, "the history arrives");
    },
  },
  {
    title: "what a handler sends carries the trace of the message it handles",
    async run(world) {
      const channel = noteChannel(world);
      const next = noteChannel(world);
      const reader = startApp(world, { channel: next, group: "readers", handle: () => {} });
      const app = startApp(world, {
        channel,
        moreBindings: [`${next.name}-out`],
        group: "forwarders",
        handle: async ({ message }) => {
          await Promise.resolve();
          await app.messaging.source(next).send(message.payload);
        },
      });

      await app.messaging.source(channel).send({ id: "a", n: 1 }, { traceparent });
      await world.until(() => reader.handled.length > 0, "the forwarded message arrives");

      ok(reader.handled[0]?.message.traceparent?.startsWith(traceparent.slice(0, 35)));
    },
  },
];
