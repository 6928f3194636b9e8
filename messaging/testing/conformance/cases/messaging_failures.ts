/**
 * Cases: handlers that fail, and messages nobody can read.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { PauseAndRetryError } from "../../../errors.ts";
import type { OutgoingMessage } from "../../../message.ts";
import { noteChannel, numbersOf, startApp } from "../app.ts";
import type { Case } from "../case.ts";
import { message } from "../messages.ts";
import { Probe } from "../probe.ts";
import type { World } from "../world.ts";
import { aMoment } from "../until.ts";

const json = { "content-type": "application/json" };

/** Retry, dead letters, pause. */
export const messagingFailureCases: readonly Case[] = [
  {
    title: "a failing message is tried again and holds back only its own key",
    async run(world) {
      const channel = noteChannel(world, 1);
      let failures = 0;
      const app = startApp(world, {
        channel,
        group: "readers",
        sink: {
          CONSUMER_CONCURRENCY: "1",
          CONSUMER_MAX_ATTEMPTS: "4",
          CONSUMER_BACK_OFF_INITIAL_INTERVAL: "1000",
          CONSUMER_BACK_OFF_MAX_INTERVAL: "1000",
        },
        handle: ({ message, context }) => {
          if (message.key !== "bad" || message.payload.n > 0 || context.attempt > 1) return;
          failures += 1;
          throw new Error("not yet");
        },
      });

      await app.messaging.source(channel).sendBatch([
        { payload: { id: "bad", n: 0 } },
        { payload: { id: "bad", n: 1 } },
        ...Array.from({ length: 20 }, (_, n) => ({ payload: { id: "good", n } })),
      ]);
      await world.until(
        () => numbersOf(app.handled, "good").length >= 20,
        "the others are handled",
      );
      strictEqual(failures, 1);
      await world.until(() => numbersOf(app.handled, "bad").includes(1), "the key goes on");

      deepStrictEqual(numbersOf(app.handled, "bad"), [0, 0, 1]);
    },
  },
  {
    title: "after maxAttempts a message is in the dead-letter destination, byte for byte",
    async run(world) {
      const channel = noteChannel(world);
      const original: OutgoingMessage = {
        ...message('{ "id": "a",\n "n": 1 }', { key: "a" }),
        headers: { ...json, note: "keep" },
      };
      const app = startApp(world, {
        channel,
        group: "readers",
        sink: { CONSUMER_MAX_ATTEMPTS: "2" },
        handle: () => {
          throw new Error("Cannot handle this");
        },
      });
      const producer = await world.produce(channel.name, { partitionCount: 4 });

      await world.send(producer, [original]);
      const letter = (await deadLetters(world, channel.name, 1))[0];

      strictEqual(app.handled.length, 2);
      strictEqual(letter?.text, '{ "id": "a",\n "n": 1 }');
      strictEqual(letter.key, "a");
      const { note, ...headers } = letter.headers;
      deepStrictEqual([note, headers["content-type"]], ["keep", "application/json"]);
      ok(headers["x-reason"]?.includes("Cannot handle this"), headers["x-reason"]);
      deepStrictEqual(
        [headers["x-attempts"], headers["x-original-destination"], headers["x-original-partition"]],
        ["2", channel.name, "0"],
      );
      strictEqual(headers["x-original-offset"], app.handled[0]?.message.position.offset);
      ok(/^[0-9a-f]{16}$/.test(headers["x-stack-digest"] ?? ""));
    },
  },
  {
    title: "a dead-lettered message is acknowledged, and the messages behind it go on",
    async run(world) {
      const channel = noteChannel(world);
      const options = { channel, group: "readers", sink: { CONSUMER_MAX_ATTEMPTS: "1" } };
      const app = startApp(world, {
        ...options,
        handle: ({ message }) => {
          if (message.payload.n === 0) throw new Error("never");
        },
      });
      const source = app.messaging.source(channel);

      await source.sendBatch([{ payload: { id: "a", n: 0 } }, { payload: { id: "a", n: 1 } }]);
      await world.until(() => numbersOf(app.handled, "a").includes(1), "the next is handled");
      await app.messaging[Symbol.asyncDispose]();
      const next = startApp(world, { ...options, handle: () => {} });
      await next.messaging.source(channel).send({ id: "a", n: 2 });
      await world.until(() => next.handled.length > 0, "the new message arrives");

      deepStrictEqual(numbersOf(next.handled, "a"), [2]);
    },
  },
  {
    title: "messages nobody can read are dead-lettered at once, and the flow goes on",
    async run(world) {
      const channel = noteChannel(world, 1);
      const app = startApp(world, { channel, group: "readers", handle: () => {} });
      const producer = await world.produce(channel.name);
      const unreadable = hostileMessages();

      await world.send(producer, unreadable);
      await app.messaging.source(channel).send({ id: "good", n: 1 });
      await world.until(() => app.handled.length > 0, "the good one is handled");
      const letters = await deadLetters(world, channel.name, unreadable.length);

      strictEqual(app.handled.length, 1);
      strictEqual(letters.length, unreadable.length);
      for (const { headers } of letters) strictEqual(headers["x-attempts"], "1");
    },
  },
  {
    title: "a handler that asks for pause and retry is tried until it can, and never dead-lettered",
    async run(world) {
      const channel = noteChannel(world);
      const app = startApp(world, {
        channel,
        group: "readers",
        sink: { CONSUMER_MAX_ATTEMPTS: "2" },
        handle: () => {
          if (app.handled.length < 6) throw new PauseAndRetryError("The dependency is down");
        },
      });

      await app.messaging.source(channel).send({ id: "a", n: 1 });
      await world.until(() => app.handled.length >= 6, "the handler succeeds");
      await aMoment();

      strictEqual(app.handled.length, 6);
      ok(app.handled.every(({ context }) => context.attempt === 1), "no try was counted");
      ok(app.events.every(({ kind }) => kind !== "dead-lettered"));
    },
  },
  {
    title: "a key is parked behind its dead letter where that is configured",
    async run(world) {
      const channel = noteChannel(world, 1);
      const app = startApp(world, {
        channel,
        group: "readers",
        sink: { CONSUMER_MAX_ATTEMPTS: "1", CONSUMER_ON_DEAD_LETTER: "park" },
        handle: ({ message }) => {
          if (message.key === "bad") throw new Error("never");
        },
      });

      await app.messaging.source(channel).sendBatch([
        { payload: { id: "bad", n: 0 } },
        { payload: { id: "bad", n: 1 } },
        { payload: { id: "good", n: 0 } },
      ]);
      await deadLetters(world, channel.name, 1);
      await world.until(() => numbersOf(app.handled, "good").length > 0, "other keys go on");
      await aMoment();

      deepStrictEqual(numbersOf(app.handled, "bad"), [0]);
    },
  },
];

async function deadLetters(world: World, destination: string, count: number) {
  const probe = new Probe();
  const place = { destination: `error.${destination}.readers`, startOffset: "earliest" } as const;
  await world.consume({ ...place, probe });
  await world.until(() => probe.received.length >= count, `${count} dead letters are stored`);
  return probe.received;
}

function hostileMessages(): readonly OutgoingMessage[] {
  const odd = Object.create(null) as Record<string, string>;
  odd["__proto__"] = "polluted";
  odd["ce_specversion"] = "1.0";
  return [
    message("", { headers: json }),
    message("{", { headers: json }),
    message("null", { headers: json }),
    message('{"id":{"toString":1},"n":[]}', { headers: json }),
    message('{"__proto__":{"id":"a","n":1}}', { headers: json }),
    message("[".repeat(50_000), { headers: json }),
    message('{"id":"a","n":1}', { headers: odd }),
    message('{"id":"a","n":1}', { headers: { "content-type": "image/png" } }),
    message("[]", { headers: { "content-type": "application/cloudevents+json" } }),
    { ...message("", { headers: json }), body: Uint8Array.of(0xff, 0xfe, 0x00, 0x80) },
  ];
}
