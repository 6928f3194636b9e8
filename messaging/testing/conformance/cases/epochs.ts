/**
 * Cases: what a broker says about losing what it had stored.
 *
 * @module
 */

import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import type { Case } from "../case.ts";
import { message } from "../messages.ts";
import { Probe } from "../probe.ts";

/** Epochs of a producer. A binder without them promises that nothing stored is ever lost. */
export const epochCases: readonly Case[] = [
  {
    title: "an epoch stays while nothing is lost, and a message of another one is not stored",
    async run(world) {
      const destination = world.name("epochs");
      const group = world.group();
      const probe = new Probe();
      const producer = await world.produce(destination, { partitionCount: 2 });
      const again = await world.produce(destination, { partitionCount: 2 });
      const epochs = await producer.epochs?.();
      await world.consume({ destination, group, probe, partitionCount: 2 });
      const place = { partition: 1 };
      if (epochs === undefined) {
        await world.send(producer, [{ ...message("of any time", place), epoch: "0" }]);
        await world.until(() => probe.texts.length === 1, "the message, whatever its epoch");
        return;
      }

      await world.send(producer, [{ ...message("of now", place), epoch: epochs[1] }]);
      await rejects(
        world.send(producer, [
          message("beside", place),
          { ...message("of another time", place), epoch: "0" },
        ]),
      );
      await world.send(producer, [message("of any time", place)]);
      await world.until(() => probe.texts.includes("of any time"), "the last message");

      deepStrictEqual(probe.distinct, ["of now", "of any time"]);
      strictEqual(epochs.length, 2);
      deepStrictEqual([await producer.epochs?.(), await again.epochs?.()], [epochs, epochs]);
    },
  },
];
