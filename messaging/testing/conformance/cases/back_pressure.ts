/**
 * Cases: a receiver without room gets no more.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import type { Case } from "../case.ts";
import { numbered } from "../messages.ts";
import { Probe } from "../probe.ts";
import { aMoment } from "../until.ts";

/** Back-pressure. */
export const backPressureCases: readonly Case[] = [
  {
    title: "a partition gets its next batch only when deliver() has resolved",
    async run(world) {
      const destination = world.name("room");
      const group = world.group();
      const room = world.gate();
      let calls = 0;
      const probe = new Probe({
        room: () => {
          calls += 1;
          return room.opened;
        },
      });
      const producer = await world.produce(destination);
      await world.consume({ destination, group, probe });
      await world.send(producer, numbered(1, "first"));
      await world.until(() => calls === 1, "the first batch arrives");

      for (let round = 0; round < 10; round += 1) await world.send(producer, numbered(500, "n"));
      await aMoment(300);
      ok(calls === 1, `${calls} batches were handed over without room`);

      room.open();
      await world.until(() => probe.received.length >= 5001, "the rest arrives once there is room");
    },
  },
  {
    title: "a partition without room does not hold back another partition",
    async run(world) {
      const destination = world.name("beside");
      const room = world.gate();
      const probe = new Probe({
        room: (received) => received[0]?.partition === 0 ? room.opened : Promise.resolve(),
      });
      const producer = await world.produce(destination, { partitionCount: 2 });
      await world.consume({ destination, group: world.group(), probe, partitionCount: 2 });
      await world.send(producer, numbered(1, "stuck", 0));
      await world.until(() => probe.received.length === 1, "the first partition is stuck");

      await world.send(producer, numbered(50, "free", 1));

      await world.until(() => probe.received.length >= 51, "the other partition goes on");
      room.open();
    },
  },
];
