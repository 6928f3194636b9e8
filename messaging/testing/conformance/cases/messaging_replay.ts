/**
 * Cases: a sink's group goes on from another place, and a sink without a group keeps its own.
 *
 * @module
 */

import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import type { Binder } from "../../../binder.ts";
import { BindingStateError, MissingFeatureError } from "../../../errors.ts";
import { type App, noteChannel, numbersOf, startApp, untilRunning } from "../app.ts";
import type { Case } from "../case.ts";
import { delegateBinder, delegateConsumer } from "../delegate.ts";
import { aMoment } from "../until.ts";
import type { World } from "../world.ts";

const KEYS = ["a", "b", "c", "d", "e", "f"];
const ROUNDS = [0, 1, 2, 3];
const ALL = KEYS.length * ROUNDS.length;

/** Replays of bindings. */
export const messagingReplayCases: readonly Case[] = [
  {
    title: "a replay from the earliest lets all applications of a group handle all again",
    async run(world) {
      const channel = noteChannel(world);
      const name = `${channel.name}-in`;
      const apps = [0, 1].map(() => startApp(world, { channel, group: "g", handle: () => {} }));
      const handled = () => apps.flatMap((app) => app.handled);
      const [first] = apps;
      if (first === undefined) return;
      await untilShared(world, apps);
      await sendRounds(first, channel);
      await world.until(() => handled().length >= ALL, "all are handled");
      await untilNothingWaits(world, first);
      if (await refuses(world, first, name)) return;
      for (const app of apps) app.handled.length = 0;

      await first.messaging.replay(name, "earliest");

      await world.until(() => handled().length >= ALL, "all are handled again");
      for (const key of KEYS) {
        const perApp = apps.map((app) => numbersOf(app.handled, key));
        deepStrictEqual([...new Set(perApp.flat())].sort(), ROUNDS, key);
      }
    },
  },
  {
    title: "a paused sink can be moved, and goes on from there when it is resumed",
    async run(world) {
      const channel = noteChannel(world, 1);
      const name = `${channel.name}-in`;
      const app = startApp(world, { channel, group: "g", handle: () => {} });
      const source = app.messaging.source(channel);
      await untilRunning(world, app);
      await app.messaging.control(name, "paused");
      for (const n of ROUNDS) await source.send({ id: "a", n });
      if (await refuses(world, app, name)) return;

      await app.messaging.replay(name, "latest");
      await source.send({ id: "a", n: 99 });
      await aMoment(300);
      strictEqual(app.handled.length, 0);
      await app.messaging.control(name, "resumed");

      await world.until(() => app.handled.length > 0, "the new message is handled");
      deepStrictEqual(numbersOf(app.handled, "a"), [99]);
    },
  },
  {
    title: "a stopped sink refuses a replay",
    async run(world) {
      const channel = noteChannel(world);
      const name = `${channel.name}-in`;
      const app = startApp(world, { channel, group: "g", handle: () => {} });
      await untilRunning(world, app);
      await app.messaging.control(name, "stopped");
      if (await refuses(world, app, name)) return;

      await rejects(app.messaging.replay(name, "earliest"), BindingStateError);
      await rejects(app.messaging.replay(`${channel.name}-other`, "earliest"), RangeError);
    },
  },
  {
    title: "a sink without a group that is stopped and started misses nothing",
    async run(world) {
      const channel = noteChannel(world);
      const name = `${channel.name}-in`;
      const app = startApp(world, { channel, handle: () => {} });
      const source = app.messaging.source(channel);
      await untilRunning(world, app);
      if (!(await world.own()).features.replayable) return;
      await source.send({ id: "a", n: 1 });
      await world.until(() => app.handled.length === 1, "the first is handled");

      await app.messaging.control(name, "stopped");
      await source.send({ id: "a", n: 2 });
      await app.messaging.control(name, "started");
      await untilRunning(world, app);
      await source.send({ id: "a", n: 3 });

      await world.until(() => app.handled.length >= 3, "all are handled");
      deepStrictEqual(numbersOf(app.handled, "a"), [1, 2, 3]);
    },
  },
  {
    title: "a sink without a group that is bound anew misses nothing",
    async run(world) {
      const channel = noteChannel(world);
      const failures: ((error: Error) => void)[] = [];
      let reachable = true;
      const wrap = (binder: Binder): Binder =>
        delegateBinder(binder, {
          async bindConsumer(...args) {
            if (!reachable) throw new Error("No broker");
            const binding = await binder.bindConsumer(...args);
            const { promise, resolve } = Promise.withResolvers<Error>();
            failures.push(resolve);
            return delegateConsumer(binding, { failed: Promise.race([binding.failed, promise]) });
          },
        });
      const app = startApp(world, { channel, wrap, handle: () => {} });
      const source = app.messaging.source(channel);
      await untilRunning(world, app);
      if (!(await world.own()).features.replayable) return;

      reachable = false;
      failures[0]?.(new Error("The client crashed"));
      await world.until(
        () => app.messaging.health().some(({ state }) => state === "down"),
        "it is down",
      );
      await source.send({ id: "a", n: 1 });
      reachable = true;

      await world.until(() => app.handled.length > 0, "what was sent meanwhile is handled");
    },
  },
];

async function sendRounds({ messaging }: App, channel: ReturnType<typeof noteChannel>) {
  const source = messaging.source(channel);
  for (const n of ROUNDS) await Promise.all(KEYS.map((id) => source.send({ id, n })));
}

async function untilShared(world: World, apps: readonly App[]): Promise<void> {
  for (const app of apps) await untilRunning(world, app);
  await world.until(async () => {
    const rows = await Promise.all(apps.map(({ messaging }) => messaging.bindings()));
    return rows.flat().every((row) => row.direction === "source" || row.partitions.length === 2);
  }, "each application has its share");
}

async function untilNothingWaits(world: World, { messaging }: App): Promise<void> {
  await world.until(
    async () => (await messaging.bindings()).every(({ lag }) => lag === null || lag === 0),
    "nothing waits",
  );
}

/** True when the broker keeps no history and the binding said so. */
async function refuses(world: World, { messaging }: App, name: string): Promise<boolean> {
  const { features } = await world.own();
  if (features.replayable) return false;
  await rejects(messaging.replay(name, "earliest"), MissingFeatureError);
  return true;
}
