/**
 * Faults of handlers and of what they are given.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { aWhile, FaultScene, RESUMED_MS } from "../../support/fault_scene.ts";
import { startTraffic } from "../../support/fault_traffic.ts";
import { until } from "../../support/until.ts";
import { type FaultCase, SLOW_SESSIONS } from "./case.ts";

const KEYS = 20;
const ATTEMPTS = 3;

/** Cases in which a handler is slow, or never succeeds. */
export const handlerCases: readonly FaultCase[] = [
  {
    title: "waits for a handler that takes several times its session's length, once",
    async run(world) {
      await using scene = new FaultScene(world, await world.sharedAddress());
      const slow = { key: "slow", sequence: 1 };
      const next = { key: "slow", sequence: 2 };
      let aborted = false;
      const finished = Promise.withResolvers<void>();
      const member = await scene.open({
        async sink({ key, sequence }, { signal }) {
          if (key !== slow.key || sequence !== slow.sequence) return;
          signal.addEventListener("abort", () => aborted = true);
          await finished.promise;
        },
      });
      const traffic = startTraffic(member.sender, { keys: KEYS, paceMs: 50 });
      await member.sender.send(slow);
      await member.sender.send(next);
      await until(() => scene.recorder.times(slow) === 1, "the slow handler to begin");

      await aWhile(world.sessionMs * SLOW_SESSIONS / 3);
      // Others come meanwhile, which must not take the message away.
      const other = await scene.open({ sink: true });
      await aWhile(world.sessionMs * SLOW_SESSIONS * 2 / 3);
      ok(other.handled() > 0, "the other member has a share");
      strictEqual(scene.recorder.times(next), 0);
      const ended = performance.now();
      finished.resolve();
      await until(() => scene.recorder.times(next) > 0, "the next message of its key", {
        timeoutMs: RESUMED_MS,
      });
      const resumedMs = performance.now() - ended;

      await traffic.stop();
      const kept = await scene.assertKept();
      strictEqual(scene.recorder.times(slow), 1);
      strictEqual(aborted, false);
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
