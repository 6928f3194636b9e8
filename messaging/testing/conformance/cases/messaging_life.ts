/**
 * Cases: starting, pausing, losing the broker, ending.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Binder, BinderFeatures } from "../../../binder.ts";
import { BrokerUnavailableError, PauseAndRetryError } from "../../../errors.ts";
import type { Need } from "../../../needs.ts";
import { noteChannel, startApp, untilRunning } from "../app.ts";
import type { Case } from "../case.ts";
import { delegateBinder, delegateConsumer } from "../delegate.ts";
import { aMoment } from "../until.ts";

/** Life of an application. */
export const messagingLifeCases: readonly Case[] = [
  {
    title: "an application starts while its broker is out of reach, says so, and binds later",
    async run(world) {
      const channel = noteChannel(world);
      let reachable = false;
      const wrap = (binder: Binder): Binder =>
        delegateBinder(binder, {
          bindProducer: (...args) => reachable ? binder.bindProducer(...args) : unreachable(),
          bindConsumer: (...args) => reachable ? binder.bindConsumer(...args) : unreachable(),
        });
      const app = startApp(world, { channel, group: "readers", wrap, handle: () => {} });
      const sent = world.beside(() => app.messaging.source(channel).send({ id: "a", n: 1 }));
      const states = async () => (await app.messaging.bindings()).map(({ state }) => state);
      await world.until(async () => (await states()).every((one) => one === "down"), "it is down");

      reachable = true;
      await sent;

      await world.until(() => app.handled.length > 0, "the message sent meanwhile arrives");
      deepStrictEqual(await states(), ["running", "running"]);
    },
  },
  {
    title: "a binding that failed is bound anew and goes on where it was",
    async run(world) {
      const channel = noteChannel(world);
      const failures: ((error: Error) => void)[] = [];
      const wrap = (binder: Binder): Binder =>
        delegateBinder(binder, {
          async bindConsumer(...args) {
            const binding = await binder.bindConsumer(...args);
            const { promise, resolve } = Promise.withResolvers<Error>();
            failures.push(resolve);
            return delegateConsumer(binding, { failed: Promise.race([binding.failed, promise]) });
          },
        });
      const app = startApp(world, { channel, group: "readers", wrap, handle: () => {} });
      const source = app.messaging.source(channel);
      await source.send({ id: "a", n: 1 });
      await world.until(() => app.handled.length === 1, "the first message arrives");

      failures[0]?.(new Error("The client crashed"));
      await world.until(() => failures.length === 2, "it is bound anew");
      await source.send({ id: "a", n: 2 });

      await world.until(
        () => app.handled.some(({ message }) => message.payload.n === 2),
        "delivery goes on",
      );
    },
  },
  {
    title: "a paused sink handles nothing; resumed it goes on without a gap",
    async run(world) {
      const channel = noteChannel(world, 1);
      const app = startApp(world, { channel, group: "readers", handle: () => {} });
      const source = app.messaging.source(channel);
      await untilRunning(world, app);

      await app.messaging.control(`${channel.name}-in`, "paused");
      for (let n = 0; n < 5; n += 1) await source.send({ id: "a", n });
      await aMoment(300);
      strictEqual(app.handled.length, 0);
      await app.messaging.control(`${channel.name}-in`, "resumed");
      await world.until(() => app.handled.length >= 5, "all are handled");

      deepStrictEqual(app.handled.map(({ message }) => message.payload.n), [0, 1, 2, 3, 4]);
    },
  },
  {
    title: "a stopped sink handles nothing; started it gets what came meanwhile",
    async run(world) {
      const channel = noteChannel(world);
      const app = startApp(world, { channel, group: "readers", handle: () => {} });
      const source = app.messaging.source(channel);
      await untilRunning(world, app);

      await app.messaging.control(`${channel.name}-in`, "stopped");
      await source.send({ id: "a", n: 1 });
      await aMoment(300);
      strictEqual(app.handled.length, 0);
      await app.messaging.control(`${channel.name}-in`, "started");

      await world.until(() => app.handled.length > 0, "the message arrives");
    },
  },
  {
    title: "what is not handled when an application ends goes to the next one",
    async run(world) {
      const channel = noteChannel(world);
      const first = startApp(world, {
        channel,
        group: "readers",
        handle: () => {
          throw new PauseAndRetryError("The dependency is down");
        },
      });
      await first.messaging.source(channel).send({ id: "a", n: 1 });
      await world.until(() => first.handled.length > 0, "the first application tries");
      await first.messaging[Symbol.asyncDispose]();

      const second = startApp(world, { channel, group: "readers", handle: () => {} });
      await world.until(() => second.handled.length > 0, "the second one handles it");

      const tokens = [first, second].map(({ handled }) => handled[0]?.context.token ?? 0);
      ok((tokens[1] ?? 0) > (tokens[0] ?? 0), `the token grew: ${tokens}`);
    },
  },
  {
    title: "an application that ends waits for its running handler, and commits it",
    async run(world) {
      const channel = noteChannel(world);
      const gate = world.gate();
      let ended = false;
      const first = startApp(world, {
        channel,
        group: "readers",
        handle: async () => {
          await gate.opened;
          ended = true;
        },
      });
      await first.messaging.source(channel).send({ id: "a", n: 1 });
      await world.until(() => first.handled.length > 0, "the handler runs");

      const ending = first.messaging[Symbol.asyncDispose]();
      setTimeout(gate.open, 100);
      await ending;
      strictEqual(ended, true);
      const second = startApp(world, { channel, group: "readers", handle: () => {} });
      await second.messaging.source(channel).send({ id: "a", n: 2 });
      await world.until(() => second.handled.length > 0, "the new message arrives");

      deepStrictEqual(second.handled.map(({ message }) => message.payload.n), [2]);
    },
  },
  {
    title: "a handler whose application was cut off is told by its signal",
    needs: "crash",
    async run(world) {
      const channel = noteChannel(world, 1);
      const binders: Binder[] = [];
      const gate = world.gate();
      let aborted = false;
      const app = startApp(world, {
        channel,
        group: "readers",
        wrap: (binder) => {
          binders.push(binder);
          return binder;
        },
        handle: ({ context }) =>
          aborted ? undefined : Promise.race([
            gate.opened,
            new Promise<void>((resolve) => {
              context.signal.addEventListener("abort", () => {
                aborted = true;
                resolve();
              });
            }),
          ]),
      });
      await app.messaging.source(channel).send({ id: "a", n: 1 });
      await world.until(() => app.handled.length > 0, "the handler runs");

      const [binder] = binders;
      if (binder !== undefined) await world.crash(binder);

      await world.until(() => aborted, "the signal aborts");
    },
  },
  {
    title: "a binding may need what its binder promises, and is refused what it does not",
    async run(world) {
      const { features } = await world.own();
      for (const need of Object.keys(features) as (keyof BinderFeatures)[]) {
        const needs: readonly Need[] = [need];
        const channel = noteChannel(world);
        const app = startApp(world, { channel, group: "readers", needs, handle: () => {} });
        const wanted = features[need] ? "running" : "failed";

        await world.until(
          async () => (await app.messaging.bindings())[0]?.state === wanted,
          `a binding that needs ${need} is ${wanted}`,
        );
      }
    },
  },
];

function unreachable(): Promise<never> {
  return Promise.reject(new BrokerUnavailableError("test"));
}
