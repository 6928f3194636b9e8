/**
 * Cases: heartbeats, and the watermarks a sink makes of them.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { PauseAndRetryError } from "../../../errors.ts";
import { partitionOf } from "../../../partition.ts";
import { noteChannel, startApp, untilRunning } from "../app.ts";
import type { Case } from "../case.ts";
import { startMarked, untilSettled } from "../marked.ts";
import { message } from "../messages.ts";
import { aMoment } from "../until.ts";

const PARTITIONS = 4;
const T = Date.UTC(2026, 0, 1);

/** What a sink is told, and what nobody sees. */
export const messagingWatermarkCases: readonly Case[] = [
  {
    title: "a watermark is told when all before it is settled, and nothing waits for it",
    async run(world) {
      const gate = world.gate();
      const { app, marks, send } = startMarked(world, {
        channel: noteChannel(world, 1),
        group: "g",
        handle: ({ message }) => message.payload.id === "slow" ? gate.opened : undefined,
      });

      await send({ id: "slow", n: 1 }, T + 1, { id: "fast", n: 1 }, T + 2);
      await world.until(() => app.handled.length === 2, "the key behind the heartbeat is handled");
      await aMoment();
      strictEqual(marks.length, 0);
      gate.open();

      await world.until(() => marks.at(-1)?.time === T + 2, "the watermarks");
      await untilSettled(world, app);
    },
  },
  {
    title: "a message that is tried again holds the watermark back, and does not lose it",
    async run(world) {
      let isDown = true;
      const { app, marks, send } = startMarked(world, {
        channel: noteChannel(world, 1),
        group: "g",
        handle: () => {
          if (isDown) throw new PauseAndRetryError("The dependency is down");
        },
      });

      await send({ id: "a", n: 1 }, T);
      await world.until(() => app.handled.length >= 3, "a few tries");
      strictEqual(marks.length, 0);
      isDown = false;

      await world.until(() => marks.length > 0, "the watermark");
      deepStrictEqual(marks, [{ partition: 0, partitionCount: 1, time: T }]);
    },
  },
  {
    title: "a watermark speaks of its own partition alone",
    async run(world) {
      const gate = world.gate();
      const slow = keyOn(0);
      const { marks, send } = startMarked(world, {
        channel: noteChannel(world, PARTITIONS),
        group: "g",
        handle: ({ message }) => message.key === slow ? gate.opened : undefined,
      });

      await send({ id: slow, n: 1 });
      await send(...[0, 1, 2, 3].map((partition) => ({ partition, time: T + partition })));
      await world.until(() => marks.length >= 3, "the watermarks of the others");
      await aMoment();

      deepStrictEqual(
        marks.toSorted((a, b) => a.partition - b.partition),
        [1, 2, 3].map((partition) => ({ partition, partitionCount: 4, time: T + partition })),
      );
    },
  },
  {
    title: "no handler sees a heartbeat, nobody counts it, and it is no dead letter",
    async run(world) {
      const channel = noteChannel(world, 1);
      const { app, marks, send } = startMarked(world, { channel, group: "g", handle: () => {} });
      const deaf = startApp(world, { channel, group: "deaf", handle: () => {} });
      await untilRunning(world, deaf);

      await send(T, T + 1, { id: "a", n: 1 }, T + 2);
      await world.until(() => marks.at(-1)?.time === T + 2, "the watermark");
      await world.until(() => deaf.handled.length > 0, "the sink that wants no watermarks goes on");
      for (const each of [app, deaf]) await untilSettled(world, each);

      for (const { handled, events } of [app, deaf]) {
        deepStrictEqual(handled.map(({ message }) => message.payload), [{ id: "a", n: 1 }]);
        strictEqual(events.filter(({ kind }) => kind === "handled").length, 1);
        strictEqual(events.some(({ kind }) => kind === "dead-lettered"), false);
      }
      const sent = app.events.flatMap((event) => event.kind === "sent" ? [event.messages] : []);
      deepStrictEqual(sent, [1]);
    },
  },
  {
    title: "a heartbeat that cannot be believed is let go, and all behind it goes on",
    async run(world) {
      const channel = noteChannel(world, 1);
      const { app, marks, send } = startMarked(world, { channel, group: "g", handle: () => {} });
      const producer = await world.produce(channel.name);
      const future = new Date(Date.now() + 86_400_000).toISOString();
      const now = new Date(T).toISOString();

      await world.send(producer, [
        hostile("{", now),
        hostile("null", now),
        hostile('{"partitionCount":0}', now),
        hostile('{"partitionCount":1e400}', now),
        hostile('{"partitionCount":1}', "NaN"),
        hostile('{"partitionCount":1}', "-000001-01-01T00:00:00Z"),
        hostile('{"partitionCount":1}', future),
      ]);
      await send({ id: "a", n: 1 }, T);
      await world.until(() => marks.length > 0, "the sound one");
      await untilSettled(world, app);

      deepStrictEqual(marks, [{ partition: 0, partitionCount: 1, time: T }]);
      strictEqual(app.handled.length, 1);
      strictEqual(app.events.some(({ kind }) => kind === "dead-lettered"), false);
    },
  },
  {
    title: "a watermark that cannot be taken is let go, and the next one is told",
    async run(world) {
      const told: number[] = [];
      const { app, send } = startMarked(world, {
        channel: noteChannel(world, 1),
        group: "g",
        handle: () => {},
        onWatermark: ({ time }) => {
          told.push(time);
          if (time === T) throw new Error("no room");
        },
      });

      await send(T, { id: "a", n: 1 });
      await world.until(() => told.length > 0 && app.handled.length > 0, "the first one");
      await send(T + 1);
      await world.until(() => told.length > 1, "the next one");

      deepStrictEqual(told, [T, T + 1]);
      await untilSettled(world, app);
    },
  },
  {
    title: "a sink without a group is told of watermarks",
    async run(world) {
      const { app, marks, send } = startMarked(world, {
        channel: noteChannel(world, 1),
        handle: () => {},
      });
      await untilRunning(world, app);

      await send({ id: "a", n: 1 }, T);

      await world.until(() => marks.length > 0, "the watermark");
      deepStrictEqual(marks, [{ partition: 0, partitionCount: 1, time: T }]);
      strictEqual(app.handled.length, 1);
    },
  },
  {
    title: "the next owner is told of a watermark that the last one did not reach",
    async run(world) {
      const channel = noteChannel(world, 1);
      const first = startMarked(world, {
        channel,
        group: "g",
        handle: () => {
          throw new PauseAndRetryError("The dependency is down");
        },
      });
      await first.send({ id: "a", n: 1 }, T);
      await world.until(() => first.app.handled.length > 1, "the first owner tries");

      await first.app.messaging[Symbol.asyncDispose]();
      const second = startMarked(world, { channel, group: "g", handle: () => {} });
      await world.until(() => second.marks.length > 0, "the watermark");

      deepStrictEqual([first.marks, second.app.handled.length], [[], 1]);
    },
  },
  {
    title: "heartbeats behind a message that waits leave room for other keys",
    async run(world) {
      const gate = world.gate();
      const { app, marks, send } = startMarked(world, {
        channel: noteChannel(world, 1),
        group: "g",
        sink: { CONSUMER_MAX_IN_FLIGHT: "5" },
        handle: ({ message }) => message.payload.id === "slow" ? gate.opened : undefined,
      });

      await send({ id: "slow", n: 1 });
      for (let beat = 0; beat < 20; beat += 1) await send(T + beat);
      await send({ id: "fast", n: 1 });
      await world.until(() => app.handled.length === 2, "the other key is handled");
      strictEqual(marks.length, 0);
      gate.open();

      await world.until(() => marks.at(-1)?.time === T + 19, "the last watermark");
    },
  },
];

function keyOn(partition: number): string {
  const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
  return keys.find((key) => partitionOf(key, PARTITIONS) === partition) ?? "";
}

function hostile(body: string, time: string) {
  return message(body, { key: "", headers: { ce_type: "cauce.heartbeat", ce_time: time } });
}
