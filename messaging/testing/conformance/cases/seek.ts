/**
 * Cases: a group's place can be moved, and a binding without a group takes its place along.
 *
 * @module
 */

import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import type { ConsumerBinding } from "../../../binder.ts";
import { MissingFeatureError, SeekError } from "../../../errors.ts";
import type { Case } from "../case.ts";
import { Probe, type Received } from "../probe.ts";
import {
  byPartition,
  EACH,
  expected,
  joinTwice,
  names,
  PARTITIONS,
  seen,
  stage,
  untilCommitted,
  waiting,
} from "../stage.ts";
import { aMoment } from "../until.ts";
import type { World } from "../world.ts";

/** Seeking. A binder that cannot says so. */
export const seekCases: readonly Case[] = [
  {
    title: "a seek to the earliest delivers all again in order, whoever owns the partitions",
    async run(world) {
      const { destination, group, fill } = await stage(world);
      const probe = new Probe();
      const [first] = await joinTwice(world, { destination, group, probe });
      await fill("a");
      await untilCommitted(world, first);

      if (await refuses(world, first)) return;
      const tokens = highestTokens(probe.received);
      await first.seek("earliest", world.signal);

      const again = () => probe.received.filter((one) => isAfter(one, tokens));
      await world.until(() => again().length >= PARTITIONS * EACH, "all arrive again");
      deepStrictEqual(byPartition(again()), expected("a"));
    },
  },
  {
    title: "a seek to an offset begins exactly there and leaves other partitions alone",
    async run(world) {
      const { destination, group, fill } = await stage(world);
      const probe = new Probe();
      const [first] = await joinTwice(world, { destination, group, probe });
      await fill("a");
      await untilCommitted(world, first);
      if (await refuses(world, first)) return;
      const third = probe.received.find(({ partition, text }) => partition === 1 && text === "a2");
      const before = probe.received.length;

      await first.seek({ offsets: new Map([[1, third?.offset ?? ""]]) }, world.signal);
      await world.until(() => probe.received.length >= before + EACH - 2, "the rest comes again");
      await fill("b");
      await world.until(() => seen(probe, "b").length >= PARTITIONS * EACH, "new ones arrive");

      const again = probe.received.slice(before).filter(({ text }) => text.startsWith("a"));
      deepStrictEqual(again.map(({ partition, text }) => [partition, text]), [
        [1, "a2"],
        [1, "a3"],
        [1, "a4"],
      ]);
    },
  },
  {
    title: "a seek to the latest leaves out what waits",
    async run(world) {
      const { destination, group, fill } = await stage(world);
      const probe = new Probe({ settles: ({ text }) => text.startsWith("b") });
      const [first] = await joinTwice(world, { destination, group, probe });
      await fill("a");
      await world.until(() => seen(probe, "a").length >= PARTITIONS * EACH, "all arrived");
      if (await refuses(world, first)) return;

      await first.seek("latest", world.signal);
      strictEqual(await waiting(first), 0);
      const before = probe.received.length;
      await fill("b");
      await world.until(() => seen(probe, "b").length >= PARTITIONS * EACH, "new ones arrive");

      deepStrictEqual(byPartition(probe.received.slice(before)), expected("b"));
    },
  },
  {
    title: "a seek to a time begins at the first message stored then",
    async run(world) {
      const { destination, group, fill } = await stage(world);
      const probe = new Probe();
      const [first] = await joinTwice(world, { destination, group, probe });
      await fill("a");
      const stored = Date.now();
      await world.until(() => Date.now() > stored + 20, "the clock goes on");
      await fill("b");
      await untilCommitted(world, first);
      if (await refuses(world, first)) return;
      const time = Math.min(...seen(probe, "b").map(({ storedAt }) => storedAt));
      const tokens = highestTokens(probe.received);

      await first.seek({ time }, world.signal);

      const again = () => probe.received.filter((one) => isAfter(one, tokens));
      await world.until(() => again().length >= PARTITIONS * EACH, "they arrive again");
      deepStrictEqual(byPartition(again()), expected("b"));
    },
  },
  {
    title: "a seek waits for what runs, and what was taken in before it settles nothing after it",
    async run(world) {
      const { destination, group, fill } = await stage(world, 1);
      const gate = world.gate();
      const probe = new Probe({ settles: () => false, draining: () => gate.opened });
      const binding = await world.consume({ destination, group, probe });
      await fill("a");
      await world.until(() => probe.received.length >= EACH, "all arrived");
      if (await refuses(world, binding)) return;

      let moved = false;
      const seeking = world.beside(() => binding.seek("earliest", world.signal));
      seeking.then(() => moved = true, () => {});
      await aMoment(300);
      strictEqual(moved, false);
      const old = probe.received.at(-1);
      gate.open();
      await seeking;
      old?.assignment.settle(old.offset);

      await world.until(() => probe.received.length >= 2 * EACH, "all arrive again");
      await aMoment(300);
      strictEqual(await waiting(binding), EACH);
      ok((probe.assignments[1]?.token ?? 0) > (probe.assignments[0]?.token ?? 0), "a new token");
    },
  },
  {
    title: "a seek that is given up rejects, and the group goes on where it was",
    async run(world) {
      const { destination, group, fill } = await stage(world, 1);
      const gate = world.gate();
      const probe = new Probe({ draining: () => gate.opened });
      const binding = await world.consume({ destination, group, probe });
      await fill("a");
      await untilCommitted(world, binding);
      if (await refuses(world, binding)) return;

      await rejects(binding.seek("earliest", AbortSignal.timeout(200)), SeekError);
      gate.open();
      await fill("b");
      await world.until(() => seen(probe, "b").length >= EACH, "new ones arrive");

      deepStrictEqual(probe.texts, [...names("a"), ...names("b")]);
    },
  },
  {
    title: "a seek to a partition or an offset that cannot exist is refused",
    async run(world) {
      const { destination, group } = await stage(world, 1);
      const binding = await world.consume({ destination, group, probe: new Probe() });
      if (await refuses(world, binding)) return;

      for (const offsets of [new Map([[7, "0"]]), new Map([[0, "the third"]])]) {
        await rejects(binding.seek({ offsets }, world.signal), RangeError);
      }
    },
  },
  {
    title: "a binding without a group seeks for itself alone",
    async run(world) {
      const { destination, fill } = await stage(world);
      const probes = [new Probe(), new Probe()] as const;
      const place = { destination, partitionCount: PARTITIONS };
      const binding = await world.consume({ ...place, probe: probes[0] });
      await world.consume({ ...place, probe: probes[1] });
      await fill("a");
      for (const probe of probes) {
        await world.until(() => probe.texts.length >= PARTITIONS * EACH, "all arrived");
      }
      if (await refuses(world, binding)) return;

      await binding.seek("earliest", world.signal);
      await world.until(() => probes[0].texts.length >= 2 * PARTITIONS * EACH, "all come again");
      await fill("b");
      await world.until(() => seen(probes[1], "b").length >= PARTITIONS * EACH, "new ones arrive");

      strictEqual(seen(probes[1], "a").length, PARTITIONS * EACH);
      deepStrictEqual(
        byPartition(probes[0].received.slice(PARTITIONS * EACH, 2 * PARTITIONS * EACH)),
        expected("a"),
      );
    },
  },
  {
    title: "a binding without a group goes on where the one before it stood",
    async run(world) {
      const { destination, fill } = await stage(world);
      const probe = new Probe({ settles: ({ text }) => text !== "a4" });
      const place = { destination, partitionCount: PARTITIONS, probe };
      const binding = await world.consume(place);
      if (!(await world.own()).features.replayable) return;
      await fill("a");
      await world.until(() => probe.texts.length >= PARTITIONS * EACH, "all arrived");

      await binding[Symbol.asyncDispose]();
      await fill("b");
      await world.consume({ ...place, resumeAt: binding.positions() });

      const after = () => probe.received.slice(PARTITIONS * EACH);
      await world.until(() => after().length >= PARTITIONS * (EACH + 1), "the rest arrives");
      const wanted = ["a4", ...names("b")];
      deepStrictEqual(byPartition(after()), Array.from({ length: PARTITIONS }, () => wanted));
    },
  },
];

/** True when the binder cannot seek and said so. */
async function refuses(world: World, binding: ConsumerBinding): Promise<boolean> {
  const { features } = await world.own();
  if (features.replayable) return false;
  await rejects(binding.seek("earliest", world.signal), MissingFeatureError);
  return true;
}

function highestTokens(received: readonly Received[]): ReadonlyMap<number, number> {
  const highest = new Map<number, number>();
  for (const { partition, token } of received) {
    highest.set(partition, Math.max(token, highest.get(partition) ?? 0));
  }
  return highest;
}

function isAfter({ partition, token }: Received, tokens: ReadonlyMap<number, number>): boolean {
  return token > (tokens.get(partition) ?? 0);
}
