/**
 * Cases: the number of partitions, and what waits in them.
 *
 * @module
 */

import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import type { Case } from "../case.ts";
import { numbered } from "../messages.ts";
import { Probe } from "../probe.ts";

/** Partition counts and lag. */
export const partitionCases: readonly Case[] = [
  {
    title: "another number of partitions than the recorded one is refused",
    async run(world) {
      const destination = world.name("count");
      const first = await world.produce(destination, { partitionCount: 3 });
      const binder = await world.client();

      await rejects(
        world.produce(destination, { partitionCount: 4, binder }),
        { name: "PartitionCountError" },
      );
      const second = await world.produce(destination, { partitionCount: 3, binder });

      strictEqual(first.partitionCount, 3);
      strictEqual(second.partitionCount, 3);
    },
  },
  {
    title: "a consumer creates a missing destination and records its count",
    async run(world) {
      const destination = world.name("create");
      const probe = new Probe();
      await world.consume({ destination, group: world.group(), partitionCount: 3, probe });

      await rejects(
        world.produce(destination, { partitionCount: 2 }),
        { name: "PartitionCountError" },
      );
    },
  },
  {
    title: "a consumer takes an existing destination as it is",
    async run(world) {
      const destination = world.name("existing");
      await world.produce(destination, { partitionCount: 3 });
      const probe = new Probe();

      const binding = await world.consume({
        destination,
        group: world.group(),
        partitionCount: 8,
        probe,
      });
      await world.until(() => binding.partitions().length > 0, "the partitions are assigned");

      deepStrictEqual([...binding.partitions()].sort(), [0, 1, 2]);
    },
  },
  {
    title: "lag counts what waits behind the group's committed offsets, and tells since when",
    async run(world) {
      const destination = world.name("lag");
      const group = world.group();
      const { features } = await world.own();
      const producer = await world.produce(destination, { partitionCount: 2 });
      await world.send(producer, [...numbered(6, "", 0), ...numbered(4, "", 1)]);
      const probe = new Probe({
        settles: ({ partition, text }) => partition === 0 && Number(text) < 2,
      });

      const binding = await world.consume({
        destination,
        group,
        partitionCount: 2,
        probe,
      });
      await world.until(() => probe.distinct.length === 6, "all messages arrive");
      const messages = async () => {
        const lag = await binding.lag();
        return [0, 1].map((wanted) => lag.find(({ partition }) => partition === wanted)?.messages);
      };

      await world.until(
        async () => String(await messages()) === "4,4",
        "4 messages wait in each partition",
      );
      for (const { partition, oldestStoredAt } of await binding.lag()) {
        const next = partition === 0 ? "2" : "0";
        const first = probe.received.find((one) =>
          one.partition === partition && one.text === next
        );
        // A broker that keeps no history may not know.
        const told = features.replayable ? oldestStoredAt : oldestStoredAt ?? first?.storedAt;
        strictEqual(told, first?.storedAt);
      }
    },
  },
  {
    title: "a binding in service has had contact with its broker, and the broker answers a ping",
    async run(world) {
      const destination = world.name("contact");
      const binder = await world.own();
      const probe = new Probe();
      const binding = await world.consume({ destination, group: world.group(), probe });

      await binder.ping();

      await world.until(() => {
        const age = Date.now() - binding.lastContactAt();
        return age >= 0 && age < 10_000;
      }, "the last contact is recent");
      ok(binder.name.length > 0);
    },
  },
];
