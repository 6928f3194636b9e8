/**
 * Cases: members come and go, and each partition still has one owner and one order.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { ConsumerBinding } from "../../../binder.ts";
import type { Case } from "../case.ts";
import { keyed, numbered } from "../messages.ts";
import { Probe, type Received } from "../probe.ts";

const PARTITIONS = 6;

/** Rebalancing. */
export const rebalanceCases: readonly Case[] = [
  {
    title: "three members share all partitions of a destination",
    async run(world) {
      const destination = world.name("share");
      const group = world.group();
      await world.produce(destination, { partitionCount: PARTITIONS });
      const probes = [new Probe(), new Probe(), new Probe()];
      const bindings = await Promise.all(
        probes.map(async (probe) =>
          world.consume({ destination, group, probe, binder: await world.client() })
        ),
      );

      await world.until(
        () => bindings.every((binding) => binding.partitions().length === 2),
        "each member owns two partitions",
        () => bindings.map((binding) => binding.partitions()),
      );

      const owned = bindings.flatMap((binding) => binding.partitions());
      deepStrictEqual([...owned].sort(), [0, 1, 2, 3, 4, 5]);
    },
  },
  {
    title: "a member that leaves hands its partitions to those who stay",
    async run(world) {
      const destination = world.name("leave");
      const group = world.group();
      const producer = await world.produce(destination, { partitionCount: 2 });
      const probes = [new Probe(), new Probe()];
      const bindings: ConsumerBinding[] = [];
      for (const probe of probes) {
        const binder = await world.client();
        bindings.push(await world.consume({ destination, group, probe, binder }));
      }
      await world.until(
        () => bindings.every((binding) => binding.partitions().length === 1),
        "each member owns a partition",
      );

      await bindings[0]?.[Symbol.asyncDispose]();
      await world.send(producer, [...numbered(5, "a", 0), ...numbered(5, "b", 1)]);

      await world.until(() => probes[1]?.distinct.length === 10, "the one who stays gets all");
    },
  },
  {
    title: "a joining member waits until the old owner has drained",
    async run(world) {
      const destination = world.name("handover");
      const group = world.group();
      await world.produce(destination, { partitionCount: 2 });
      const drained: number[] = [];
      const early: string[] = [];
      const first = new Probe({
        draining: async ({ partition }) => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          drained.push(partition);
        },
      });
      await world.consume({ destination, group, probe: first });
      await world.until(() => first.owned.length === 2, "the first member owns both partitions");

      const second = new Probe();
      const receive = second.receive;
      const binder = await world.client();
      const place = { group, startOffset: "earliest", partitionCount: 2 } as const;
      world.keep(
        await binder.bindConsumer(destination, place, (assignment) => {
          if (!drained.includes(assignment.partition)) early.push(`p${assignment.partition}`);
          return receive(assignment);
        }),
      );
      await world.until(() => second.owned.length === 1, "the second member gets a partition");

      deepStrictEqual(early, []);
      strictEqual(first.owned.length, 1);
    },
  },
  {
    title: "keys keep their order while members join and leave",
    async run(world) {
      const destination = world.name("churn");
      const group = world.group();
      const place = { destination, group, partitionCount: PARTITIONS };
      const producer = await world.produce(destination, { partitionCount: PARTITIONS });
      const batch = keyed({ keys: 24, rounds: 50, partitionCount: PARTITIONS });
      const log: Received[] = [];
      // Slow enough for the hand-overs to fall between messages.
      const probe = new Probe({
        settles: (received) => log.push(received) > 0,
        room: () => new Promise((resolve) => setTimeout(resolve, 5)),
      });
      const join = async () => world.consume({ ...place, probe, binder: await world.client() });

      const bindings = [await join()];
      const sending = world.beside(async () => {
        for (let index = 0; index < batch.length; index += 60) {
          await world.send(producer, batch.slice(index, index + 60));
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      });
      bindings.push(await join(), await join());
      await bindings[0]?.[Symbol.asyncDispose]();
      await sending;
      await world.until(() => probe.distinct.length === batch.length, "all messages arrive");

      assertOrderByKey(log);
    },
  },
];

/** For each key the first arrivals are in order, and no smaller token comes after a larger one. */
function assertOrderByKey(log: readonly Received[]): void {
  const seen = new Map<string, number>();
  const tokens = new Map<number, number>();
  for (const { text, partition, token } of log) {
    const [key = "", round] = text.split(":");
    const highest = seen.get(key) ?? -1;
    ok(Number(round) <= highest + 1, `"${text}" came before "${key}:${highest + 1}"`);
    ok(token >= (tokens.get(partition) ?? 0), `partition ${partition} went back to an old owner`);
    seen.set(key, Math.max(highest, Number(round)));
    tokens.set(partition, token);
  }
}
