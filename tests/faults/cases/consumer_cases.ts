/**
 * Faults of those who consume.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { FATAL_PREFIX, startConsumerProcess } from "../../support/consumer_process.ts";
import { keyOfEachPartition } from "../../support/fault_channel.ts";
import { type Application, FaultScene } from "../../support/fault_scene.ts";
import { startTraffic } from "../../support/fault_traffic.ts";
import { until } from "../../support/until.ts";
import type { FaultCase } from "./case.ts";

const KEYS = 20;
const BACKLOG = 10_000;
const MEMBERS = 3;
/** So many messages show that a member is under load. */
const LOAD = 200;

/** Cases in which members die, come late, or are replaced. */
export const consumerCases: readonly FaultCase[] = [
  {
    title: "loses a consumer to SIGKILL before it acknowledged what it handles",
    async run(world) {
      await using scene = new FaultScene(world, await world.sharedAddress());
      await using victim = await startConsumerProcess(scene);
      const survivor = await scene.open({ sink: true });
      const traffic = startTraffic(survivor.sender, { keys: KEYS, paceMs: 10 });
      await until(() => Math.min(victim.handled(), survivor.handled()) > 250, "both at work", {
        timeoutMs: 20_000,
      });

      await Promise.all(
        keyOfEachPartition(FATAL_PREFIX).map((key) => survivor.sender.send({ key, sequence: 1 })),
      );
      const fatal = await victim.died();

      const resumedMs = await scene.resumed(survivor);
      await traffic.stop();
      const kept = await scene.assertKept();
      strictEqual(scene.recorder.times(fatal), 2);
      return { ...kept, resumedMs, note: "from its death on" };
    },
  },
  {
    title: "replaces a consumer that hangs, and takes it back when it wakes up",
    // What it has in its hands when it wakes up, before it looks at the clock: one for each lane.
    mayBeFenced: KEYS,
    async run(world) {
      await using scene = new FaultScene(world, await world.sharedAddress());
      await using victim = await startConsumerProcess(scene);
      const survivor = await scene.open({ sink: true });
      const traffic = startTraffic(survivor.sender, { keys: KEYS, paceMs: 10 });
      await until(() => Math.min(victim.handled(), survivor.handled()) > 250, "both at work", {
        timeoutMs: 20_000,
      });

      victim.signal("SIGSTOP");
      const resumedMs = await scene.resumed(survivor);
      victim.signal("SIGCONT");

      const before = victim.handled();
      await until(() => victim.handled() > before + LOAD, "the victim at work again", {
        timeoutMs: 20_000,
      });
      await traffic.stop();
      const kept = await scene.assertKept();
      return { ...kept, resumedMs, note: "from its last move on" };
    },
  },
  {
    title: "has a backlog of 10,000 messages for members that come late",
    async run(world) {
      await using scene = new FaultScene(world, await world.sharedAddress());
      const producer = await scene.open();
      await startTraffic(producer.sender, { keys: 100, each: BACKLOG / 100 }).done;

      const begun = performance.now();
      const members = await Promise.all([scene.open({ sink: true }), scene.open({ sink: true })]);
      const resumedMs = await scene.resumed(producer, begun);
      const kept = await scene.assertKept();

      const lags = members.map((member) => until(async () => await lagOf(member) === 0, "no lag"));
      await Promise.all(lags);
      return { ...kept, resumedMs, note: "with the whole backlog handled before" };
    },
  },
  {
    title: "has its three consumers restarted one after another under load",
    async run(world) {
      await using scene = new FaultScene(world, await world.sharedAddress());
      const producer = await scene.open();
      const members: Application[] = [];
      for (let index = 0; index < MEMBERS; index += 1) {
        members.push(await scene.open({ sink: true }));
      }
      const traffic = startTraffic(producer.sender, { keys: KEYS, paceMs: 5 });
      await until(
        () => members.every((member) => member.handled() > LOAD),
        "three members at work",
        {
          timeoutMs: 30_000,
        },
      );

      const times: number[] = [];
      for (const member of members) {
        const begun = performance.now();
        await member[Symbol.asyncDispose]();
        const successor = await scene.open({ sink: true });
        times.push(await scene.resumed(producer, begun));
        await until(() => successor.handled() > LOAD, "the successor at work", {
          timeoutMs: 30_000,
        });
      }

      await traffic.stop();
      const kept = await scene.assertKept();
      const note = `the slowest of ${times.map(Math.round).join(", ")} ms`;
      return { ...kept, resumedMs: Math.max(...times), note };
    },
  },
];

async function lagOf({ messaging }: Application): Promise<number | null | undefined> {
  return (await messaging.bindings()).find(({ direction }) => direction === "sink")?.lag;
}
