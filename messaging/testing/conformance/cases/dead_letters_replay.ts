/**
 * Cases: what a replay sends, and to whom.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { REPLAY_GROUP } from "../../../middleware/replay_group.ts";
import { startApp } from "../app.ts";
import type { Case } from "../case.ts";
import { giveUp, startFailing } from "../letters.ts";
import { message } from "../messages.ts";

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
];
