/**
 * How stories must end, as properties for fast-check.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { primaryOf } from "../../../deploy/local/scheduler/service_state.ts";
import { type Ending, play, type Reconcile } from "./play.ts";
import { stories, type Story } from "./story.ts";

/** No decision of any story breaks a rule, and each story ends as it must. */
export function schedulerKeepsRules(decide: Reconcile): fc.IProperty<[Story]> {
  return fc.property(stories, (story) => judgeEnding(story, play(story, decide)));
}

function judgeEnding(story: Story, { state, behaviours }: Ending): void {
  const primary = primaryOf(state);
  const last = `deployment-${behaviours.size - 1}`;
  const canMove = story.strategy.type === "SHIFT" || limitsLeaveRoom(state);
  const isQuiet = !story.disturbances.some(({ type }) => type === "kill" || type === "alarm");
  const good = (id: string) => behaviours.get(id) === "good";

  if (primary.rollout === "COMPLETED") {
    ok(good(primary.id), "what is complete is good");
    strictEqual(state.tasks.length, state.desiredCount, "as many tasks as desired");
    ok(
      state.tasks.every(({ deployment, target }) =>
        deployment === primary.id && target === "healthy"
      ),
    );
    strictEqual(primary.traffic, 100);
    strictEqual(state.deployments.length, 1, "old deployments are forgotten");
  }
  if (!canMove) return;
  ok(primary.rollout !== "IN_PROGRESS", "every deployment ends");
  const { rollback } = story.circuitBreaker;
  if (isQuiet && good(last) && primary.id === last) strictEqual(primary.rollout, "COMPLETED");
  if (isQuiet && good(last) && everyoneGood(behaviours)) strictEqual(primary.id, last);
  if (isQuiet && !good(last)) {
    ok(primary.rollout === "FAILED" || rollback, "without rollback: failed");
  }
  const alarmsRollBack = story.alarms.rollback || !story.alarms.enable;
  if (rollback && alarmsRollBack && !story.disturbances.some(({ type }) => type === "kill")) {
    strictEqual(primary.rollout, "COMPLETED", "a rollback by alarm ends, in what worked");
  }
  if (isQuiet && rollback) {
    strictEqual(primary.rollout, "COMPLETED", "a rollback ends, in what worked");
  }
}

function everyoneGood(behaviours: Ending["behaviours"]): boolean {
  return [...behaviours.values()].every((behaviour) => behaviour === "good");
}

/** Whether the percentages let one task go or one more come. */
function limitsLeaveRoom(
  { desiredCount, minimumHealthyPercent, maximumPercent }: Story | Ending["state"],
): boolean {
  return desiredCount * (maximumPercent - 100) >= 100 ||
    (desiredCount - 1) * 100 >= desiredCount * minimumHealthyPercent;
}
