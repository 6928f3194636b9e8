/**
 * Cases: dead letters are replayed, for their group only, and take effect once.
 *
 * @module
 */

import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { REPLAY_GROUP } from "../../../middleware/replay_group.ts";
import { startApp } from "../app.ts";
import type { Case } from "../case.ts";
import { delegateBinder, delegateProducer } from "../delegate.ts";
import { giveUp, officeOf, startFailing } from "../letters.ts";
import { message } from "../messages.ts";
import { aMoment } from "../until.ts";

/** Sending again. */
export const deadLetterReplayCases: readonly Case[] = [
  {
    title: "a replayed dead letter is handled again by its group and by no other",
    async run(world) {
      const failing = startFailing(world);
      const { channel, office } = failing;
      const other = startApp(world, { channel, group: "others", handle: () => {} });
      const anonymous = startApp(world, { channel, handle: () => {} });
      await world.until(
        async () =>
          (await anonymous.messaging.bindings()).every(({ state }) => state === "running"),
        "the anonymous sink runs",
      );
      await giveUp(world, failing, [{ id: "a", n: 0 }]);
      await world.until(
        () => other.handled.length > 0 && anonymous.handled.length > 0,
        "the others handle it",
      );
      failing.mend();

      const result = await office.replay();
      await world.until(() => failing.done.length > 0, "the group handles it again");
      await failing.app.messaging.source(channel).send({ id: "a", n: 1 });
      await world.until(() => other.handled.length > 1, "the other group goes on");
      await world.until(() => anonymous.handled.length > 1, "the anonymous sink goes on");

      deepStrictEqual(result, { dryRun: false, matched: 1, replayed: 1, skipped: 0 });
      for (const { handled } of [other, anonymous]) {
        deepStrictEqual(handled.map(({ message }) => message.payload.n), [0, 1]);
      }
      strictEqual((await office.list()).items.length, 0);
    },
  },
  {
    title: "a replayed dead letter keeps its id, key, partition, headers and body",
    async run(world) {
      const failing = startFailing(world);
      const { channel, app } = failing;
      const producer = await world.produce(channel.name, { partitionCount: 4 });
      const headers = { "content-type": "application/json", note: "keep", "x-mine": "too" };
      await world.send(producer, [
        { ...message('{ "id": "a", "n": 0 }', { key: "a", partition: 3 }), headers },
      ]);
      await world.until(
        async () => (await failing.office.list()).items.length === 1,
        "it is given up",
      );
      failing.mend();

      await failing.office.replay();
      await world.until(() => app.handled.length === 2, "it is handled again");

      const [first, second] = app.handled.map(({ message }) => message);
      const { [REPLAY_GROUP]: group, "x-replay-of": _, ...kept } = second?.headers ?? {};
      deepStrictEqual([second?.id, second?.key, second?.payload], [first?.id, "a", {
        id: "a",
        n: 0,
      }]);
      deepStrictEqual([second?.position.partition, group], [3, "readers"]);
      deepStrictEqual(kept, headers);
    },
  },
  ...(["binary", "structured"] as const).map((mode): Case => ({
    title: `an edited dead letter in ${mode} mode is replayed with its new payload and its old id`,
    async run(world) {
      const failing = startFailing(world, {
        source: { PRODUCER_CONTENT_MODE: mode },
        likes: ({ n }) => n === 7,
      });
      const { office, app } = failing;
      await giveUp(world, failing, [{ id: "a", n: 0 }]);
      const id = (await office.list()).items[0]?.id ?? "";

      await office.edit(id, { id: "a", n: 7 });
      await office.replay({ filter: { ids: [id] } });
      await world.until(() => failing.done.length > 0, "it is handled");

      deepStrictEqual(app.handled.map(({ message }) => [message.id, message.payload.n]), [
        ["e-0", 0],
        ["e-0", 7],
      ]);
    },
  })),
  {
    title: "1,000 dead letters replayed by two operators at once take effect once each",
    async run(world) {
      const count = 1000;
      const failing = startFailing(world);
      const { channel, app } = failing;
      await giveUp(
        world,
        failing,
        Array.from({ length: count }, (_, n) => ({ id: `k${n % 50}`, n })),
      );
      failing.mend();
      const left = officeOf(world, channel, { by: "left" });
      const right = officeOf(world, channel, { by: "right", binder: await world.client() });

      const results = await Promise.all(
        [left, right].map((office) => office.replay({ ratePerSecond: Infinity })),
      );
      await world.until(() => new Set(failing.done).size === count, "each takes effect");
      await aMoment();

      strictEqual(app.handled.length, 2 * count);
      strictEqual(failing.done.length, count);
      strictEqual(results.reduce((sum, { replayed }) => sum + replayed, 0), count);
      strictEqual((await left.list()).items.length, 0);
    },
  },
  {
    title: "a replay keeps its rate and tells how far it is",
    async run(world) {
      const failing = startFailing(world);
      await giveUp(world, failing, Array.from({ length: 40 }, (_, n) => ({ id: `k${n}`, n })));
      failing.mend();
      const progress: number[] = [];
      const startedAt = performance.now();

      await failing.office.replay({
        ratePerSecond: 50,
        onProgress: ({ replayed }) => progress.push(replayed),
      });

      // The first step of five goes at once.
      const ms = performance.now() - startedAt;
      ok(ms >= 690, `40 at 50 a second took ${ms} ms`);
      deepStrictEqual(progress, [5, 10, 15, 20, 25, 30, 35, 40]);
    },
  },
  {
    title: "what fails again is one new dead letter, not replayed by the same run",
    async run(world) {
      const failing = startFailing(world);
      const { office, app } = failing;
      await giveUp(world, failing, Array.from({ length: 20 }, (_, n) => ({ id: `k${n}`, n })));

      const { replayed } = await office.replay({ ratePerSecond: 100 });
      await world.until(async () => (await office.list()).items.length === 20, "they came back");

      strictEqual(replayed, 20);
      strictEqual(app.handled.length, 40);
    },
  },
  {
    title: "a replay that cannot be sent leaves the dead letters on the list",
    async run(world) {
      const failing = startFailing(world);
      const { channel, office } = failing;
      await giveUp(world, failing, [{ id: "a", n: 0 }, { id: "b", n: 1 }]);
      const whole = await world.client();
      const binder = delegateBinder(whole, {
        async bindProducer(destination, options) {
          const producer = await whole.bindProducer(destination, options);
          if (destination !== channel.name) return producer;
          const send = () => Promise.reject(new Error("the line is cut"));
          return delegateProducer(producer, { send });
        },
      });

      await rejects(officeOf(world, channel, { binder }).replay(), { name: "SendError" });

      deepStrictEqual((await office.list()).items.map(({ state }) => state), [
        "waiting",
        "waiting",
      ]);
      failing.mend();
      await office.replay();
      await world.until(() => failing.done.length === 2, "a later replay sends them");
    },
  },
  {
    title: "a replay that is aborted stops after a step, and the rest can be replayed",
    async run(world) {
      const failing = startFailing(world);
      const { office } = failing;
      await giveUp(world, failing, Array.from({ length: 10 }, (_, n) => ({ id: `k${n}`, n })));
      failing.mend();
      const stop = new AbortController();

      const first = await office.replay({
        ratePerSecond: 20,
        signal: stop.signal,
        onProgress: () => stop.abort(),
      });
      const second = await office.replay({ ratePerSecond: Infinity });
      await world.until(() => failing.done.length >= 10, "all are handled");
      await aMoment();

      deepStrictEqual([first.matched, first.replayed], [10, 2]);
      deepStrictEqual([second.matched, second.replayed], [8, 8]);
      strictEqual(failing.done.length, 10);
    },
  },
  {
    title: "letters that a lost operator claimed are kept from others until the claim ends",
    async run(world) {
      const failing = startFailing(world);
      const { channel, office } = failing;
      await giveUp(world, failing, [{ id: "a", n: 0 }]);
      failing.mend();
      const claimMs = 1500;
      const whole = await world.client();
      const lost = world.gate();
      const sending = Promise.withResolvers<void>();
      const binder = delegateBinder(whole, {
        async bindProducer(destination, options) {
          const producer = await whole.bindProducer(destination, options);
          if (destination !== channel.name) return producer;
          const send = async () => {
            sending.resolve();
            await lost.opened;
            throw new Error("the operator is gone");
          };
          return delegateProducer(producer, { send });
        },
      });
      const hanging = world.beside(() => officeOf(world, channel, { binder, claimMs }).replay());
      await sending.promise;

      strictEqual((await office.list()).items[0]?.state, "replaying");
      strictEqual((await office.replay()).matched, 0);
      strictEqual((await office.discard()).matched, 0);
      await world.until(
        async () => (await office.list()).items[0]?.state === "waiting",
        "the claim ends",
      );
      strictEqual((await office.replay()).replayed, 1);

      lost.open();
      await rejects(hanging);
      await world.until(() => failing.done.length > 0, "it is handled");
      strictEqual((await office.list()).items.length, 0);
    },
  },
];
