/**
 * Cases: what a binding says of itself, and what becomes of handlers that never end.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Binder } from "../../../binder.ts";
import type { BindingStatus } from "../../../observe.ts";
import { type App, noteChannel, numbersOf, startApp, untilRunning } from "../app.ts";
import type { Case } from "../case.ts";
import { delegateBinder, delegateConsumer } from "../delegate.ts";

/** A handler's time in these cases, and how long it is waited for after that. */
const IMPATIENT = { handlerDeadlineMs: 100, handlerGraceMs: 100 };

/** States and figures. */
export const messagingStatusCases: readonly Case[] = [
  {
    title: "a sink tells its lag in messages and seconds, its oldest message and its partitions",
    async run(world) {
      const channel = noteChannel(world, 2);
      const { features } = await world.own();
      const gate = world.gate();
      const app = startApp(world, { channel, group: "g", handle: () => gate.opened });
      const source = app.messaging.source(channel);
      await untilRunning(world, app);
      const begun = Date.now();
      for (let n = 0; n < 3; n += 1) await source.send({ id: "a", n });
      await world.until(() => app.handled.length > 0 && Date.now() > begun + 300, "they wait");

      const row = await sinkRow(app);
      const age = (Date.now() - begun) / 1000 + 1;
      strictEqual(row.lag, 3);
      // A broker that keeps no history may not know.
      const lagSeconds = row.lagSeconds ?? (features.replayable ? -1 : 1);
      ok(lagSeconds > 0.1 && lagSeconds < age, `${row.lagSeconds} s`);
      const oldest = (row.oldestUnfinishedMs ?? -1) / 1000;
      ok(oldest > 0.1 && oldest < age, `${oldest} s`);
      deepStrictEqual([...row.partitions].sort(), [0, 1]);
      gate.open();

      await world.until(async () => {
        const { lag, lagSeconds, oldestUnfinishedMs, inFlight } = await sinkRow(app);
        return lag === 0 && lagSeconds === 0 && oldestUnfinishedMs === null && inFlight === 0;
      }, "nothing waits any more");
    },
  },
  {
    title: "a binding without contact is down soon, and runs again without being bound anew",
    async run(world) {
      const channel = noteChannel(world);
      let silentMs = 0;
      let bound = 0;
      const wrap = (binder: Binder): Binder =>
        delegateBinder(binder, {
          async bindConsumer(...args) {
            bound += 1;
            const binding = await binder.bindConsumer(...args);
            return delegateConsumer(binding, { lastContactAt: () => Date.now() - silentMs });
          },
        });
      const app = startApp(world, { channel, group: "g", wrap, handle: () => {} });
      await untilRunning(world, app);
      const state = () => app.messaging.health()[0]?.state;

      silentMs = 5000;
      await world.until(() => state() === "down", "it is down");
      silentMs = 0;
      await world.until(() => state() === "running", "it runs again");

      strictEqual(bound, 1);
    },
  },
  {
    title: "a handler that ignores its deadline is left behind, and its binding goes on without it",
    async run(world) {
      const channel = noteChannel(world, 1);
      const gate = world.gate();
      let hung = 0;
      const app = startApp(world, {
        channel,
        group: "g",
        ...IMPATIENT,
        sink: { CONSUMER_CONCURRENCY: "1" },
        handle: () => hung++ === 0 ? gate.opened : undefined,
      });
      const source = app.messaging.source(channel);
      await untilRunning(world, app);

      for (let n = 0; n < 3; n += 1) await source.send({ id: "a", n });

      await world.until(() => app.handled.length >= 4, "the others are handled");
      deepStrictEqual(numbersOf(app.handled, "a"), [0, 0, 1, 2]);
      await world.until(() => app.messaging.health()[0]?.state === "running", "it runs");
      const downs = app.events.filter((one) =>
        one.kind === "binding-state" && one.state === "down"
      );
      strictEqual(downs.length, 1);
    },
  },
  {
    title: "a sink whose handlers never end is stuck, says so, and can be ended all the same",
    async run(world) {
      const channel = noteChannel(world, 1);
      const gate = world.gate();
      const app = startApp(world, {
        channel,
        group: "g",
        ...IMPATIENT,
        handle: () => gate.opened,
      });
      await untilRunning(world, app);
      await app.messaging.source(channel).send({ id: "a", n: 1 });

      await world.until(
        () => app.messaging.health().some(({ state }) => state === "stuck"),
        "it is stuck",
      );
      const health = app.messaging.health().find(({ state }) => state === "stuck");
      ok(health?.error?.includes("deadline"), `the reason: ${health?.error}`);
      let ended = false;
      const ending = app.messaging[Symbol.asyncDispose]().then(() => ended = true);
      await world.until(() => ended, "the application has ended");
      await ending;
      strictEqual((await sinkRow(app)).state, "stopped");
    },
  },
];

async function sinkRow({ messaging }: App): Promise<BindingStatus> {
  const row = (await messaging.bindings()).find(({ direction }) => direction === "sink");
  if (row === undefined) throw new Error("Cannot find the sink's row");
  return row;
}
