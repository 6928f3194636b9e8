/**
 * Cases: many at once, and again and again.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import type { ConsumerBinding } from "../../../binder.ts";
import type { Case } from "../case.ts";
import { numbered, texts } from "../messages.ts";
import { Probe } from "../probe.ts";

const MEMBERS = 4;
const DESTINATIONS = 10;

/** Crowds. */
export const crowdCases: readonly Case[] = [
  {
    title: "members that end at the same moment leave everything to the one who stays",
    async run(world) {
      const destination = world.name("exodus");
      const place = { destination, group: world.group(), partitionCount: MEMBERS };
      const producer = await world.produce(destination, { partitionCount: MEMBERS });
      const probe = new Probe();
      const members: ConsumerBinding[] = await Promise.all(
        Array.from(
          { length: MEMBERS },
          async () => world.consume({ ...place, probe, binder: await world.client() }),
        ),
      );
      await world.until(
        () => members.every((member) => member.partitions().length === 1),
        "each member owns a partition",
      );
      const batches = Array.from(
        { length: 20 },
        (_, round) =>
          Array.from(
            { length: MEMBERS },
            (_, partition) => numbered(1, `${round}-${partition}-`, partition),
          ).flat(),
      );

      const sending = world.beside(async () => {
        for (const batch of batches) await world.send(producer, batch);
      });
      await Promise.all(members.slice(1).map((member) => member[Symbol.asyncDispose]()));
      await sending;

      await world.until(
        () => probe.distinct.length === batches.flat().length,
        "all messages arrive",
        () => probe.distinct.length,
      );
      await world.until(
        () => members[0]?.partitions().length === MEMBERS,
        "the one who stays owns all",
      );
    },
  },
  {
    title: "a member that comes and goes over and over loses nothing and skips nothing",
    async run(world) {
      const destination = world.name("visitor");
      const group = world.group();
      const producer = await world.produce(destination);
      const batch = numbered(30);
      await world.send(producer, batch);
      const settled: string[] = [];

      for (let visit = 1; settled.length < batch.length; visit += 1) {
        ok(visit <= batch.length, `${settled.length} settled after ${visit} visits`);
        let left = 7;
        const probe = new Probe({
          settles: ({ text }) => {
            left -= 1;
            return left >= 0 && settled.push(text) > 0;
          },
        });
        const binding = await world.consume({ destination, group, probe });
        await world.until(() => left <= 0 || settled.length === batch.length, "some arrive");
        await binding[Symbol.asyncDispose]();
      }

      deepStrictEqual(settled, texts(batch));
    },
  },
  {
    title: "many destinations at once do not mix",
    async run(world) {
      const prefix = world.name("many");
      const group = world.group();
      const names = Array.from({ length: DESTINATIONS }, (_, index) => `${prefix}-${index}`);
      const probes = await Promise.all(names.map(async (destination) => {
        const probe = new Probe();
        const producer = await world.produce(destination);
        await world.consume({ destination, group, probe });
        await world.send(producer, numbered(20, `${destination}:`));
        return { destination, probe };
      }));

      for (const { destination, probe } of probes) {
        await world.until(() => probe.texts.length >= 20, `all arrive in ${destination}`);
        deepStrictEqual(probe.texts, texts(numbered(20, `${destination}:`)));
      }
    },
  },
];
