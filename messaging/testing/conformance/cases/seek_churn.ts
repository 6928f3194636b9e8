/**
 * Cases: a group is moved while its members change.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";
import type { Case } from "../case.ts";
import { Probe } from "../probe.ts";
import {
  byPartition,
  EACH,
  expected,
  joinTwice,
  PARTITIONS,
  stage,
  untilCommitted,
} from "../stage.ts";

/** Seeking and rebalancing at once. */
export const seekChurnCases: readonly Case[] = [
  {
    title: "a seek goes on while a member joins and another one leaves",
    async run(world) {
      const { destination, group, fill } = await stage(world);
      if (!(await world.own()).features.replayable) return;
      const gate = world.gate();
      const place = { destination, group, partitionCount: PARTITIONS };
      let seeks = false;
      const probe = new Probe({ draining: () => seeks ? gate.opened : undefined });
      const [first, second] = await joinTwice(world, { ...place, probe });
      await fill("a");
      await untilCommitted(world, first);
      const before = probe.received.length;
      seeks = true;

      const seeking = world.beside(() => second.seek("earliest", world.signal));
      const joining = world.beside(async () =>
        world.consume({ ...place, probe, binder: await world.client() })
      );
      const leaving = world.beside(async () => await first[Symbol.asyncDispose]());
      setTimeout(gate.open, 200);
      await Promise.all([seeking, joining, leaving]);

      const again = () => byPartition(probe.received.slice(before));
      const distinct = () => again().map((texts) => [...new Set(texts)]);
      await world.until(
        () => distinct().flat().length === PARTITIONS * EACH,
        "all come again",
        again,
      );
      deepStrictEqual(distinct(), expected("a"));
    },
  },
  {
    title: "who joins after a seek starts there",
    async run(world) {
      const { destination, group, fill } = await stage(world);
      if (!(await world.own()).features.replayable) return;
      const place = { destination, group, partitionCount: PARTITIONS };
      const first = new Probe();
      const binding = await world.consume({ ...place, probe: first });
      await fill("a");
      await untilCommitted(world, binding);
      // From now on it settles nothing, so the place stays where the seek puts it.
      const idle = new Probe({ settles: () => false });
      const member = await world.consume({ ...place, probe: idle, binder: await world.client() });
      await binding[Symbol.asyncDispose]();
      await member.seek("earliest", world.signal);
      await member[Symbol.asyncDispose]();

      const next = new Probe();
      await world.consume({ ...place, probe: next, binder: await world.client() });

      await world.until(() => next.texts.length >= PARTITIONS * EACH, "all come again");
      deepStrictEqual(byPartition(next.received), expected("a"));
    },
  },
];
