/**
 * Decides what a service needs next. It is a pure function: the same state and time give the same
 * actions, and once they were carried out and nothing happened since, there are none.
 *
 * @module
 */

import type { Action, StopTask } from "./action.ts";
import {
  failureThreshold,
  healthyMinimum,
  isHealthy,
  isThrottled,
  isUnhealthy,
  totalMaximum,
} from "./limits.ts";
import {
  type Deployment,
  primaryOf,
  rollbackTarget,
  type ServiceState,
  type Task,
} from "./service_state.ts";

/** Returns what is to be done now. Carry all of it out, apply its events, and ask again. */
export function reconcile(state: ServiceState, now: number): Action[] {
  const view = look(state, now);
  const tripped = trip(view);
  if (tripped.length > 0) return tripped;
  const moves = isShifting(view) ? shift(view) : roll(view);
  return [...moves, ...(moves.length === 0 ? completion(view) : []), ...forgotten(view)];
}

/** The state, sorted by what counts. */
interface View {
  readonly state: ServiceState;
  readonly now: number;
  readonly primary: Deployment;
  /** Pending or running. */
  readonly live: readonly Task[];
  readonly ours: readonly Task[];
  readonly others: readonly Task[];
  readonly healthy: ReadonlySet<Task>;
  readonly unhealthy: ReadonlySet<Task>;
}

function look(state: ServiceState, now: number): View {
  const primary = primaryOf(state);
  const live = state.tasks.filter(({ phase }) => phase !== "stopping");
  return {
    state,
    now,
    primary,
    live,
    ours: live.filter(({ deployment }) => deployment === primary.id),
    others: live.filter(({ deployment }) => deployment !== primary.id),
    healthy: new Set(live.filter((task) => isHealthy(task, now))),
    unhealthy: new Set(live.filter((task) => isUnhealthy(task, state, now))),
  };
}

/** Too many failures, or an alarm, end a deployment, and the last good one comes back. */
function trip(view: View): Action[] {
  const { state, primary } = view;
  const { id, rollout, isRollback } = primary;
  const cause = rollout === "IN_PROGRESS" ? causeToEnd(view) : undefined;
  if (!cause) return [];
  // What is left of the old deployment could not take the traffic back.
  if (isShifting(view) && rollbackTarget(state) && nextStep(view) === "done") return [];
  const target = cause.rollback && !isRollback ? rollbackTarget(state) : undefined;
  const failed: Action = { type: "fail", deployment: id, reason: cause.reason };
  return target ? [failed, { type: "rollBack", from: id, to: target.id }] : [failed];
}

function causeToEnd({ state, primary }: View): { reason: string; rollback: boolean } | undefined {
  const { circuitBreaker, alarms } = state;
  const { failedTasks, alarm } = primary;
  if (circuitBreaker.enable && failedTasks >= failureThreshold(state)) {
    const reason =
      `ECS deployment circuit breaker: ${failedTasks} tasks failed to start or to be healthy.`;
    return { reason, rollback: circuitBreaker.rollback };
  }
  if (alarm === undefined) return undefined;
  return { reason: `alarm "${alarm}" went off.`, rollback: alarms.rollback };
}

/** New tasks as far as the maximum allows, old ones go as far as the minimum allows. */
function roll(view: View): Action[] {
  const { state, primary, ours, others, live, healthy, unhealthy } = view;
  // A deployment that failed launches nothing, and what still serves goes on.
  if (primary.rollout === "FAILED") return [];
  const wanted = Math.max(0, missing(view));
  const room = Math.max(0, totalMaximum(state) - live.length);
  const isReplaced = ours.filter((task) => healthy.has(task)).length >= state.desiredCount;

  // Where there is room for all, nothing that serves goes before its successor serves.
  const floor = room >= wanted
    ? Math.max(healthyMinimum(state), state.desiredCount)
    : healthyMinimum(state);
  let serving = healthy.size;
  const stops: StopTask[] = [];
  for (const task of lessHealthyFirst([...others, ...surplus(view)], healthy)) {
    const isUseless = task.phase === "pending" || unhealthy.has(task);
    if (healthy.has(task)) {
      if (serving - 1 < floor) continue;
      serving -= 1;
    } else if (!isUseless && !isReplaced && room >= wanted) continue;
    stops.push(stop(task, `Scaling activity initiated by deployment ${primary.id}`));
  }
  const failing = ours.filter((task) => unhealthy.has(task));
  // Without room for its successor a failing task goes first, one at a time.
  const failingStops = isReplaced ? failing : room === 0 && wanted > 0 ? failing.slice(0, 1) : [];
  return [
    ...starting(view, Math.min(wanted, room)),
    ...stops,
    ...failingStops.map((task) => stopUnhealthy(task)),
  ];
}

/** Whether two deployments stand side by side and traffic moves from one to the other. */
function isShifting({ state, primary }: View): boolean {
  return state.strategy.type === "SHIFT" && primary.rollout === "IN_PROGRESS" &&
    !primary.isRollback;
}

/** Both deployments side by side; traffic moves in steps, and only then the old one goes. */
function shift(view: View): Action[] {
  const { state, primary, ours, others, healthy, unhealthy } = view;
  const step = nextStep(view);
  const old = rollbackTarget(state);
  const leftOver = others.filter(({ deployment }) => deployment !== old?.id);
  const actions: Action[] = [
    ...leftOver.map((task) => stop(task, `Replaced by deployment ${primary.id}`)),
    ...ours.filter((task) => unhealthy.has(task)).map((task) => stopUnhealthy(task)),
    ...surplus(view).map((task) => stop(task, "Scaling activity")),
    ...starting(view, Math.max(0, missing(view))),
    ...(step === "done" || !old ? [] : keepServing(view, old)),
  ];
  const isUp = ours.filter((task) => healthy.has(task)).length >= state.desiredCount;
  if (!isUp || actions.length > 0 || step === "wait") return actions;
  if (step !== "done") return [{ type: "shiftTraffic", deployment: primary.id, percent: step }];
  return others.map((task) => stop(task, `Replaced by deployment ${primary.id}`));
}

function nextStep({ state, primary, now }: View): number | "wait" | "done" {
  const steps = state.strategy.type === "SHIFT" ? state.strategy.steps : [];
  // The first deployment of all takes nothing over.
  if (!rollbackTarget(state)) return "done";
  const index = steps.findIndex(({ percent }) => percent === primary.traffic);
  if (index >= 0 && now - primary.trafficSince < (steps[index]?.bakeMs ?? 0)) return "wait";
  return steps[index + 1]?.percent ?? "done";
}

/** The old deployment keeps its strength as long as the traffic may come back to it. */
function keepServing({ state, live, healthy, now }: View, old: Deployment): Action[] {
  const tasks = live.filter(({ deployment }) => deployment === old.id);
  const excess = Math.max(0, tasks.length - state.desiredCount);
  const lost = isThrottled(old, now) ? 0 : Math.max(0, state.desiredCount - tasks.length);
  return [
    ...lessHealthyFirst(tasks.toReversed(), healthy).slice(0, excess)
      .map((task) => stop(task, "Scaling activity")),
    ...Array.from({ length: lost }, () => ({ type: "startTask", deployment: old.id } as const)),
  ];
}

/** How many tasks the primary lacks; failing ones do not count. Negative when it has too many. */
function missing({ state, ours, unhealthy }: View): number {
  return state.desiredCount - ours.filter((task) => !unhealthy.has(task)).length;
}

function starting({ primary, now }: View, count: number): Action[] {
  if (isThrottled(primary, now)) return [];
  return Array.from({ length: count }, () => ({ type: "startTask", deployment: primary.id }));
}

/** The primary's tasks beyond the desired count: those that serve least, the youngest first. */
function surplus(view: View): Task[] {
  const { ours, healthy, unhealthy } = view;
  const kept = ours.filter((task) => !unhealthy.has(task)).toReversed();
  return lessHealthyFirst(kept, healthy).slice(0, Math.max(0, -missing(view)));
}

function lessHealthyFirst(tasks: readonly Task[], healthy: ReadonlySet<Task>): Task[] {
  return tasks.toSorted((a, b) => Number(healthy.has(a)) - Number(healthy.has(b)));
}

function stop(task: Task, reason: string): StopTask {
  return { type: "stopTask", task: task.id, reason, failed: false };
}

function stopUnhealthy(task: Task): StopTask {
  const which = task.container === "unhealthy" ? "container" : "ELB";
  return {
    type: "stopTask",
    task: task.id,
    reason: `Task failed ${which} health checks`,
    failed: true,
  };
}

/** Steady: all of the primary's tasks are healthy and nobody else's is left. */
function completion(view: View): Action[] {
  const { state, primary, ours, others, healthy } = view;
  const { id: deployment, rollout, traffic } = primary;
  if (rollout !== "IN_PROGRESS" || others.length > 0 || traffic < 100) return [];
  if (ours.length !== state.desiredCount || !ours.every((task) => healthy.has(task))) return [];
  return bake(view) ?? [{ type: "complete", deployment }];
}

/** With alarms a rolling deployment is watched for a while longer, if there is a way back. */
function bake({ state, primary, now }: View): Action[] | undefined {
  const { alarms: { enable, bakeMs }, strategy } = state;
  const isWatched = enable && strategy.type === "ROLLING" && !primary.isRollback;
  if (!isWatched || !rollbackTarget(state)) return undefined;
  if (primary.bakingSince === undefined) return [{ type: "bake", deployment: primary.id }];
  return now - primary.bakingSince < bakeMs ? [] : undefined;
}

/** An old deployment is over when its last task is gone and no rollback may need it. */
function forgotten({ state, primary }: View): Action[] {
  const isSettled = primary.rollout === "COMPLETED" || primary.isRollback;
  const needed = isSettled ? undefined : rollbackTarget(state)?.id;
  return state.deployments
    .filter(({ id }) => id !== primary.id && id !== needed)
    .filter(({ id }) => !state.tasks.some(({ deployment }) => deployment === id))
    .map(({ id }) => ({ type: "forget", deployment: id }));
}
