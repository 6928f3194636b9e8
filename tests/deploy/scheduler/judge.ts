/**
 * The rules that ECS documents, written a second time and from outside: each decision of a
 * scheduler is judged by them.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import type { Action, ServiceEvent } from "../../../deploy/local/scheduler/action.ts";
import {
  primaryOf,
  type ServiceState,
  type Task,
} from "../../../deploy/local/scheduler/service_state.ts";

/** Watches one service. Throws an `AssertionError` with the rule that was broken. */
export interface Judge {
  /** Must see each event before it is applied. */
  note(state: ServiceState, event: ServiceEvent, now: number): void;
  /** Judges what is to be done in a state. */
  judge(state: ServiceState, actions: readonly Action[], now: number): void;
  /** Judges a state in which nothing is to be done. */
  rests(state: ServiceState, now: number): void;
}

/** Returns a judge that has seen nothing yet. */
export function createJudge(): Judge {
  const failures = new Map<string, number>();
  const completed = new Set<string>();
  const rolledBack = new Set<string>();
  const alarmed = new Set<string>();
  const steadySince = new Map<string, number>();
  let shiftedAt = 0;

  function note(state: ServiceState, event: ServiceEvent, now: number): void {
    if (event.type === "complete") completed.add(event.deployment);
    if (event.type === "shiftTraffic" || event.type === "deploy") shiftedAt = now;
    if (event.type === "alarm") {
      const { id, rollout, isRollback } = primaryOf(state);
      if (state.alarms.enable && rollout === "IN_PROGRESS" && !isRollback) alarmed.add(id);
    }
    if (event.type === "rollBack") {
      ok(!rolledBack.has(event.from), "a deployment is rolled back once");
      rolledBack.add(event.from);
      failures.set(event.to, 0);
    }
    if (!("task" in event)) return;
    const task = state.tasks.find(({ id }) => id === event.task);
    if (!task) return;
    const fails = event.type === "stopTask"
      ? event.failed
      : event.type === "taskStopped" && task.phase !== "stopping";
    if (fails) failures.set(task.deployment, (failures.get(task.deployment) ?? 0) + 1);
    const recovers = event.type === "taskHealth" && task.phase === "running" &&
      event.target === "healthy";
    if (recovers && state.circuitBreaker.resetOnHealthyTask) failures.set(task.deployment, 0);
  }

  function judge(state: ServiceState, actions: readonly Action[], now: number): void {
    const { desiredCount, minimumHealthyPercent, maximumPercent } = state;
    const primary = primaryOf(state);
    const live = state.tasks.filter(({ phase }) => phase !== "stopping");
    const healthy = live.filter(isServing);
    const starts = actions.filter(({ type }) => type === "startTask");
    const stopped = live.filter(({ id }) =>
      actions.some((action) => action.type === "stopTask" && action.task === id)
    );
    const besides = state.strategy.type === "SHIFT" && primary.rollout === "IN_PROGRESS" &&
      !primary.isRollback;

    const isSteady = live.length === desiredCount && live.every(isServing) &&
      live.every(({ deployment }) => deployment === primary.id);
    if (isSteady && !steadySince.has(primary.id)) steadySince.set(primary.id, now);

    // Beside each other, what has no traffic serves nobody; an alarm can leave such tasks.
    const serves = (task: Task) =>
      isServing(task) &&
      (!besides || (state.deployments.find(({ id }) => id === task.deployment)?.traffic ?? 0) > 0);
    if (stopped.some(serves)) {
      const left = healthy.filter(serves).length - stopped.filter(serves).length;
      const least = besides ? 100 : minimumHealthyPercent;
      ok(left * 100 >= desiredCount * least, "healthy tasks stay at the minimum");
    }
    if (starts.length > 0) {
      const total = live.length + starts.length - (besides ? stopped.length : 0);
      const most = besides ? 200 : maximumPercent;
      ok(total * 100 <= desiredCount * most, "pending and running tasks stay below the maximum");
    }
    for (const { id, rollout } of state.deployments) {
      const own = starts.filter((action) => "deployment" in action && action.deployment === id);
      ok(own.length === 0 || rollout !== "FAILED", "a failed deployment launches nothing");
      const kept = live.filter((task) => task.deployment === id && !stopped.includes(task));
      const fit = kept.filter(({ target }) => target !== "unhealthy").length;
      ok(own.length === 0 || fit + own.length <= desiredCount, "no more starts than desired");
      const leaves = stopped.some((task) => task.deployment === id && isServing(task));
      ok(own.length === 0 || !leaves, "nothing healthy is stopped while the same is started");
    }
    for (const action of actions) {
      if (action.type === "fail") {
        const count = failures.get(action.deployment) ?? 0;
        ok(
          count >= thresholdOf(state) || alarmed.has(action.deployment),
          "a deployment fails at the threshold or by an alarm, not before",
        );
      }
      if (action.type === "rollBack") {
        const isBroken = (failures.get(action.from) ?? 0) >= thresholdOf(state);
        const isAsked = isBroken && state.circuitBreaker.rollback ||
          alarmed.has(action.from) && state.alarms.rollback;
        ok(isAsked, "nothing is rolled back unasked");
        ok(completed.has(action.to), "a rollback goes to what worked");
      }
      if (action.type === "shiftTraffic") judgeShift(state, action.percent, now);
      if (action.type === "complete") {
        const ours = live.filter(({ deployment }) => deployment === action.deployment);
        const isSteady = ours.length === desiredCount && ours.every(isServing);
        ok(isSteady && ours.length === live.length, "complete means steady");
        ok(now - (steadySince.get(primary.id) ?? now) >= bakeOf(state), "alarms are watched");
      }
    }
    for (const { id } of besides ? state.deployments : []) {
      const leaves = stopped.filter((task) => task.deployment === id && isServing(task)).length;
      const stays = healthy.filter((task) => task.deployment === id).length - leaves;
      if (id === primary.id || leaves === 0 || stays >= desiredCount) continue;
      // Ended by an alarm and never complete: a new deployment gave all its traffic back.
      if (!completed.has(id)) continue;
      ok(primary.traffic === 100, "what has traffic is not stopped");
      ok(
        now - shiftedAt >= lastBakeMs(state),
        "the old deployment stays until the end of the bake",
      );
    }
  }

  function bakeOf({ strategy, alarms, deployments }: ServiceState): number {
    const [primary, ...others] = deployments;
    const isWatched = alarms.enable && strategy.type === "ROLLING" && !primary?.isRollback;
    return isWatched && others.some(({ id }) => completed.has(id)) ? alarms.bakeMs : 0;
  }

  function judgeShift(state: ServiceState, percent: number, now: number): void {
    const { id, traffic } = primaryOf(state);
    const steps = state.strategy.type === "SHIFT" ? state.strategy.steps : [];
    const ready = state.tasks.filter((task) => task.deployment === id && isServing(task)).length;
    ok(ready >= state.desiredCount, "traffic goes to a deployment that is up");
    const index = steps.findIndex((step) => step.percent === percent);
    ok(index >= 0 && (steps[index - 1]?.percent ?? 0) === traffic, "traffic moves step by step");
    ok(now - shiftedAt >= (steps[index - 1]?.bakeMs ?? 0), "each step keeps its time");
  }

  function rests(state: ServiceState): void {
    const { id, rollout } = primaryOf(state);
    const count = failures.get(id) ?? 0;
    const isLeaving = state.strategy.type === "SHIFT" && primaryOf(state).traffic === 100;
    if (rollout !== "IN_PROGRESS" || isLeaving) return;
    ok(count < thresholdOf(state), "a deployment does not go on beyond the threshold");
    ok(!alarmed.has(id), "a deployment does not go on after its alarm");
  }

  return { note, judge, rests };
}

function isServing(task: Task): boolean {
  return task.phase === "running" && task.container === "healthy" && task.target === "healthy";
}

function thresholdOf({ desiredCount, circuitBreaker }: ServiceState): number {
  const { type, value } = circuitBreaker.threshold;
  if (type === "COUNT") return value;
  let count = 1;
  while (count * 100 < desiredCount * value) count++;
  if (type === "BOUNDED_PERCENT") return count < 3 ? 3 : count > 200 ? 200 : count;
  return count;
}

function lastBakeMs({ strategy }: ServiceState): number {
  return strategy.type === "SHIFT" ? strategy.steps.at(-1)?.bakeMs ?? 0 : 0;
}
