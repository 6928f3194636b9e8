/**
 * Cases: replays that meet each other, keep a rate, are aborted, fail, or lose their operator.
 *
 * @module
 */

import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import type { Binder, OutgoingMessage } from "../../../binder.ts";
import type { Case } from "../case.ts";
import { delegateBinder, delegateProducer } from "../delegate.ts";
import { giveUp, officeOf, startFailing } from "../letters.ts";
import { texts } from "../messages.ts";
import { aMoment } from "../until.ts";
import type { World } from "../world.ts";

/** Runs of replays. */
export const deadLetterRunCases: readonly Case[] = [
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
      const goOn = world.gate();
      const held = await beforeSending(world, channel.name, () => goOn.opened);
      const left = officeOf(world, channel, { by: "left", binder: held.binder });
      const right = officeOf(world, channel, { by: "right", binder: await world.client() });
      const ratePerSecond = Infinity;

      const first = world.beside(() => left.replay({ ratePerSecond }));
      await held.sending;
      const second = await right.replay({ ratePerSecond, onProgress: () => goOn.open() });
      const results = [await first, second];
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
    title: "a replay that cannot be sent leaves the dead letters on the list",
    async run(world) {
      const failing = startFailing(world);
      const { channel, office } = failing;
      await giveUp(world, failing, [{ id: "a", n: 0 }, { id: "b", n: 1 }]);
      const cut = () => Promise.reject(new Error("the line is cut"));
      const { binder } = await beforeSending(world, channel.name, cut);

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
    title: "letters that an operator claimed are kept from others while the claim lasts",
    async run(world) {
      const { office, lost, hanging } = await claimOne(world, { claimMs: 600_000 });

      strictEqual((await office.list()).items[0]?.state, "replaying");
      strictEqual((await office.replay()).matched, 0);
      strictEqual((await office.discard()).matched, 0);

      lost.open();
      await rejects(hanging);
    },
  },
  {
    title: "letters that a lost operator claimed wait again when the claim ends",
    async run(world) {
      const { failing, office, lost, hanging } = await claimOne(world, { claimMs: 200 });

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
  {
    title:
      "a replay that was sent and not noted is sent again under the same ids, for an inbox to see",
    async run(world) {
      const failing = startFailing(world);
      const { channel, office } = failing;
      const count = 30;
      await giveUp(world, failing, Array.from({ length: count }, (_, n) => ({ id: `k${n}`, n })));
      failing.mend();
      const acts = `error.${channel.name}.readers.acts`;
      const binder = await sendingTo(world, acts, (batch) => {
        const isNote = texts(batch).some((text) => text.includes("replayed"));
        if (isNote) throw new Error("the operator is gone");
      });

      await rejects(officeOf(world, channel, { binder, claimMs: 1000 }).replay());
      await world.until(
        async () => (await office.list()).items.every(({ state }) => state === "waiting"),
        "the claim ends",
      );
      await office.replay({ ratePerSecond: Infinity });
      await world.until(() => new Set(failing.done).size === count, "each takes effect");
      await world.until(() => failing.done.length > count, "some come twice");

      strictEqual((await office.list()).items.length, 0);
      deepStrictEqual(
        new Set(failing.done),
        new Set(Array.from({ length: count }, (_, n) => `e-${n}`)),
      );
    },
  },
];

/** A dead letter under replay by an operator who does not go on; `lost` lets the send fail. */
async function claimOne(world: World, { claimMs }: { readonly claimMs: number }) {
  const failing = startFailing(world);
  const { channel, office } = failing;
  await giveUp(world, failing, [{ id: "a", n: 0 }]);
  failing.mend();
  const lost = world.gate();
  const { binder, sending } = await beforeSending(world, channel.name, async () => {
    await lost.opened;
    throw new Error("the operator is gone");
  });
  const hanging = world.beside(() => officeOf(world, channel, { binder, claimMs }).replay());
  await sending;
  return { failing, office, lost, hanging };
}

/** A client that waits for `wait` before it sends to the destination; `sending` says that it does. */
async function beforeSending(world: World, destination: string, wait: () => Promise<void>) {
  const { promise: sending, resolve } = Promise.withResolvers<void>();
  const binder = await sendingTo(world, destination, () => {
    resolve();
    return wait();
  });
  return { binder, sending };
}

/** A client that does something before it sends to the destination. */
async function sendingTo(
  world: World,
  wanted: string,
  before: (batch: readonly OutgoingMessage[]) => Promise<void> | void,
): Promise<Binder> {
  const whole = await world.client();
  return delegateBinder(whole, {
    async bindProducer(destination, options) {
      const producer = await whole.bindProducer(destination, options);
      if (destination !== wanted) return producer;
      return delegateProducer(producer, {
        async send(batch, signal) {
          await before(batch);
          await producer.send(batch, signal);
        },
      });
    },
  });
}
