/**
 * Cases: order by key, parallel across keys, bounded.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type Handled, noteChannel, numbersOf, startApp, untilRunning } from "../app.ts";
import type { Case } from "../case.ts";
import { aMoment } from "../until.ts";

/** Order and concurrency. */
export const messagingOrderCases: readonly Case[] = [
  {
    title: "many concurrent senders: all messages arrive and each key keeps its order",
    async run(world) {
      const channel = noteChannel(world);
      const app = startApp(world, { channel, group: "readers", handle: () => {} });
      const source = app.messaging.source(channel);

      await Promise.all(Array.from({ length: 40 }, async (_, sender) => {
        for (let n = 0; n < 20; n += 1) await source.send({ id: `k${sender}`, n });
      }));
      await world.until(() => app.handled.length >= 800, "all messages arrive");

      const expected = Array.from({ length: 20 }, (_, n) => n);
      for (let sender = 0; sender < 40; sender += 1) {
        deepStrictEqual([...new Set(numbersOf(app.handled, `k${sender}`))], expected);
      }
    },
  },
  {
    title: "messages of one key sent without waiting arrive in the order of the calls",
    async run(world) {
      const channel = noteChannel(world);
      const app = startApp(world, { channel, group: "readers", handle: () => {} });
      const source = app.messaging.source(channel);

      const sent = Array.from({ length: 300 }, (_, n) => source.send({ id: "a", n }));
      await Promise.all(sent);
      await world.until(() => app.handled.length >= 300, "all messages arrive");

      deepStrictEqual(
        [...new Set(numbersOf(app.handled, "a"))],
        Array.from({ length: 300 }, (_, n) => n),
      );
    },
  },
  {
    title: "keys of one partition are handled in parallel, up to the concurrency",
    async run(world) {
      const channel = noteChannel(world, 1);
      const gate = world.gate();
      const app = startApp(world, {
        channel,
        group: "readers",
        sink: { CONSUMER_CONCURRENCY: "3" },
        handle: () => gate.opened,
      });

      await app.messaging.source(channel).sendBatch(
        Array.from({ length: 6 }, (_, n) => ({ payload: { id: `k${n}`, n } })),
      );
      await world.until(() => app.handled.length >= 3, "three handlers run at once");
      await aMoment();
      strictEqual(app.handled.length, 3);

      gate.open();
      await world.until(() => app.handled.length >= 6, "the others follow");
    },
  },
  {
    title: "one key is handled by one handler at a time",
    async run(world) {
      const channel = noteChannel(world, 1);
      let running = 0;
      let most = 0;
      const app = startApp(world, {
        channel,
        group: "readers",
        handle: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 2));
          running -= 1;
        },
      });

      await app.messaging.source(channel).sendBatch(
        Array.from({ length: 30 }, (_, n) => ({ payload: { id: "a", n } })),
      );
      await world.until(() => app.handled.length >= 30, "all are handled");

      strictEqual(most, 1);
    },
  },
  {
    title: "order by key survives three applications joining and leaving a group",
    async run(world) {
      const channel = noteChannel(world, 6);
      const log: Handled[] = [];
      const handle = async (handled: Handled) => {
        log.push(handled);
        await new Promise((resolve) => setTimeout(resolve, 1));
      };
      const join = () => startApp(world, { channel, group: "readers", handle });
      const sender = startApp(world, { channel });
      const source = sender.messaging.source(channel);
      const apps = [join()];

      const sending = world.beside(async () => {
        for (let n = 0; n < 60; n += 1) {
          await source.sendBatch(
            Array.from({ length: 12 }, (_, key) => ({ payload: { id: `k${key}`, n } })),
          );
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      });
      apps.push(join(), join());
      for (const app of apps) await untilRunning(world, app);
      await apps[0]?.messaging[Symbol.asyncDispose]();
      await sending;
      const distinct = () =>
        new Set(log.map(({ message }) => `${message.key}:${message.payload.n}`)).size;
      await world.until(() => distinct() === 720, "all messages are handled");

      for (let key = 0; key < 12; key += 1) assertNoGap(numbersOf(log, `k${key}`), `k${key}`);
    },
  },
  {
    title: "a partition waits at CONSUMER_MAX_IN_FLIGHT uncommitted messages",
    async run(world) {
      const channel = noteChannel(world, 1);
      const gate = world.gate();
      const app = startApp(world, {
        channel,
        group: "readers",
        sink: { CONSUMER_CONCURRENCY: "100", CONSUMER_MAX_IN_FLIGHT: "10" },
        handle: ({ message }) => message.payload.n === 0 ? gate.opened : undefined,
      });

      await app.messaging.source(channel).sendBatch(
        Array.from({ length: 50 }, (_, n) => ({ payload: { id: `k${n}`, n } })),
      );
      await world.until(() => app.handled.length >= 10, "ten messages are in flight");
      await aMoment();
      strictEqual(app.handled.length, 10);

      gate.open();
      await world.until(() => app.handled.length >= 50, "the rest follows");
    },
  },
];

/** Repeats may come, but nothing before its predecessor. */
function assertNoGap(numbers: readonly number[], key: string): void {
  let highest = -1;
  for (const n of numbers) {
    ok(n <= highest + 1, `${key}: ${n} came before ${highest + 1}`);
    highest = Math.max(highest, n);
  }
}
