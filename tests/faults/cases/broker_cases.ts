/**
 * Faults of the broker and of the network that leads to it.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { BODY_TEXT } from "../../support/fault_channel.ts";
import { aWhile, FaultScene } from "../../support/fault_scene.ts";
import { startTraffic } from "../../support/fault_traffic.ts";
import { openOwnBroker } from "../../support/own_broker.ts";
import { until } from "../../support/until.ts";
import { type FaultCase, OUTAGE_MS } from "./case.ts";

const KEYS = 20;
const PUBLISHES = 10_000;
const LOST_RESPONSES = 10;

/** Cases in which the broker, or the way to it, is away. */
export const brokerCases: readonly FaultCase[] = [
  {
    title: "is killed in the middle of 10,000 publishes and started again",
    async run(world) {
      await using broker = await openOwnBroker(world.name);
      await using scene = new FaultScene(world, broker.address);
      await scene.open({ sink: true });
      const producer = await scene.open();
      const traffic = startTraffic(producer.sender, {
        keys: KEYS,
        each: PUBLISHES / KEYS,
        paceMs: 1,
      });
      await until(() => scene.recorder.acknowledged > PUBLISHES / 4, "a quarter of it");

      await broker.kill();
      const before = scene.recorder.acknowledged;
      await broker.start();

      const resumedMs = await scene.resumed(producer);
      await traffic.done;
      const kept = await scene.assertKept();
      ok(before < PUBLISHES, `all ${before} were acknowledged before`);
      const note =
        `${before} of ${scene.recorder.acknowledged} acknowledged before, ${traffic.rejected()} sends rejected`;
      return { ...kept, resumedMs, note };
    },
  },
  {
    title: "is frozen for a while",
    async run(world) {
      await using broker = await openOwnBroker(world.name);
      await using scene = new FaultScene(world, broker.address);
      await scene.open({ sink: true });
      const producer = await scene.open();
      const traffic = startTraffic(producer.sender, { keys: KEYS, paceMs: 10 });
      await until(() => scene.recorder.delivered > 500, "traffic");

      await broker.pause();
      await aWhile(OUTAGE_MS);
      await broker.resume();

      const resumedMs = await scene.resumed(producer);
      await traffic.stop();
      const kept = await scene.assertKept();
      return { ...kept, resumedMs, note: `${traffic.rejected()} sends rejected` };
    },
  },
  {
    title: "is cut off from a service, silently, and the network heals",
    async run(world) {
      await using scene = new FaultScene(world, await world.sharedAddress());
      const service = await scene.open({ sink: true, cuttable: true });
      const traffic = startTraffic(service.sender, { keys: KEYS, paceMs: 10 });
      await until(() => scene.recorder.delivered > 500, "traffic");

      service.proxy?.freeze();
      await aWhile(OUTAGE_MS);
      service.proxy?.heal();

      const resumedMs = await scene.resumed(service);
      await traffic.stop();
      const kept = await scene.assertKept();
      return { ...kept, resumedMs, note: `${traffic.rejected()} sends rejected` };
    },
  },
  {
    title: "is cut off from one of two members, silently, and the network heals",
    async run(world) {
      await using scene = new FaultScene(world, await world.sharedAddress());
      const cut = await scene.open({ sink: true, cuttable: true });
      const other = await scene.open({ sink: true });
      const traffics = [cut, other].map(({ sender }) =>
        startTraffic(sender, { keys: KEYS, paceMs: 10 })
      );
      await until(() => Math.min(cut.handled(), other.handled()) > 250, "both members at work");

      cut.proxy?.freeze();
      await aWhile(OUTAGE_MS);
      cut.proxy?.heal();

      const before = cut.handled();
      const healed = performance.now();
      const resumedMs = await scene.resumed(cut, healed);
      await until(() => cut.handled() > before, "the member that was cut off at work again");
      await Promise.all(traffics.map((traffic) => traffic.stop()));
      const kept = await scene.assertKept();
      return { ...kept, resumedMs };
    },
  },
  {
    title: "stores what was sent, and its answer is lost while others wait",
    async run(world) {
      await using scene = new FaultScene(world, await world.sharedAddress());
      await scene.open({ sink: true });
      const producer = await scene.open({ cuttable: true });
      const traffic = startTraffic(producer.sender, { keys: KEYS, paceMs: 1 });
      let lost = 0;

      for (let round = 1; round <= LOST_RESPONSES; round += 1) {
        const goal = scene.recorder.acknowledged + 5 * KEYS;
        await until(() => scene.recorder.acknowledged > goal, "sends that are acknowledged");
        producer.proxy?.dropNextResponse((request) => {
          const hit = world.publishes(request, BODY_TEXT);
          if (hit) lost += 1;
          return hit;
        });
        await until(() => lost === round, "a response that is lost");
      }

      const resumedMs = await scene.resumed(producer);
      await traffic.stop();
      const kept = await scene.assertKept();
      if (world.storesOnce) strictEqual(kept.repeats, 0);
      const note = `${lost} answers lost, ${traffic.rejected()} sends rejected`;
      return { ...kept, resumedMs, note };
    },
  },
];
