/**
 * Faults of handlers and of what they are given.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { keyOfEachPartition } from "../../support/fault_channel.ts";
import { aWhile, FaultScene, RESUMED_MS } from "../../support/fault_scene.ts";
import { startTraffic } from "../../support/fault_traffic.ts";
import { until } from "../../support/until.ts";
import { type FaultCase, SLOW_SESSIONS } from "./case.ts";

const KEYS = 20;
const ATTEMPTS = 3;

/** Cases in which a handler is slow, or never succeeds. */
export const handlerCases: readonly FaultCase[] = [
  {
    title: "waits for handlers that take several times their session's length, once each",
    async run(world) {
      await using scene = new FaultScene(world, await world.sharedAddress());
      const { recorder } = scene;
      // On every partition, as those that are to move must wait for their handlers, too.
      const slow = keyOfEachPartition("slow").map((key) => ({ key, sequence: 1 }));
      const next = slow.map(({ key }) => ({ key, sequence: 2 }));
      let aborted = 0;
      const finished = Promise.withResolvers<void>();
      const member = await scene.open({
        async sink({ key, sequence }, { signal }) {
          if (!key.startsWith("slow") || sequence > 1) return;
          const count = () => aborted += 1;
          signal.addEventListener("abort", count);
          await finished.promise;
          signal.removeEventListener("abort", count);
        },
      });
      const traffic = startTraffic(member.sender, { keys: KEYS, paceMs: 50 });
      for (const message of [...slow, ...next]) await member.sender.send(message);
      await until(() => slow.every((one) => recorder.times(one) === 1), "slow handlers to begin");

      await aWhile(world.sessionMs * SLOW_SESSIONS / 3);
      const other = await scene.open({ sink: true });
      await aWhile(world.sessionMs * SLOW_SESSIONS * 2 / 3);
      deepStrictEqual(next.filter((one) => recorder.times(one) > 0), []);
      const ended = performance.now();
      finished.resolve();
      await until(() => next.every((one) => recorder.times(one) > 0), "the next messages", {
        timeoutMs: RESUMED_MS,
      });
      const resumedMs = performance.now() - ended;
      await until(() => other.handled() > 0, "a share for the other member");

      await traffic.stop();
      const kept = await scene.assertKept();
      deepStrictEqual(slow.map((one) => recorder.times(one)), slow.map(() => 1));
      strictEqual(aborted, 0);
      return { ...kept, resumedMs };
    },
  },
  {
    title: "hands over messages that no handler can take, and the others pass",
    async run(world) {
      await using scene = new FaultScene(world, await world.sharedAddress());
      const poison = { key: "poison", sequence: 2 };
      const member = await scene.open({
        sink({ key, sequence }) {
          if (key === poison.key && sequence === poison.sequence) throw new Error("Cannot digest");
        },
        settings: {
          CONSUMER_MAX_ATTEMPTS: String(ATTEMPTS),
          CONSUMER_BACK_OFF_INITIAL_INTERVAL: "50",
        },
      });
      const letters = member.messaging.deadLetters(`${scene.channelName}-in`, { by: "test" });
      const traffic = startTraffic(member.sender, { keys: KEYS, paceMs: 10 });
      await until(() => scene.recorder.delivered > 500, "traffic");

      await scene.sendUnreadable("poison");
      const begun = performance.now();
      for (const sequence of [1, 2, 3]) await member.sender.send({ key: "poison", sequence });
      const next = { key: "poison", sequence: 3 };
      await until(() => scene.recorder.times(next) > 0, "the next message of its key", {
        timeoutMs: RESUMED_MS,
      });
      const resumedMs = performance.now() - begun;
      await traffic.stop();

      const kept = await scene.assertKept();
      strictEqual(scene.recorder.times(poison), ATTEMPTS);
      strictEqual(kept.repeats, ATTEMPTS - 1);
      const { items } = await letters.list();
      deepStrictEqual(items.map(({ key, reason, attempts }) => [key, reason, attempts]), [
        ["poison", "InvalidMessageError: Cannot read message: the body is not JSON in UTF-8", 1],
        ["poison", "Error: Cannot digest", ATTEMPTS],
      ]);
      return { ...kept, resumedMs, note: "from the first of its key on" };
    },
  },
];
