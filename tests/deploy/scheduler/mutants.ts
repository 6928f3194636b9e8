/**
 * Schedulers that break one rule each. The properties must reject every one.
 *
 * @module
 */

import type { Action } from "../../../deploy/local/scheduler/action.ts";
import { reconcile } from "../../../deploy/local/scheduler/reconcile.ts";
import type { ServiceState } from "../../../deploy/local/scheduler/service_state.ts";
import type { Reconcile } from "./play.ts";

/** A broken scheduler, and what is wrong with it. */
export interface Mutant {
  /** Completes "a scheduler that …". */
  readonly name: string;
  readonly decide: Reconcile;
}

/** All of them. */
export const SCHEDULER_MUTANTS: readonly Mutant[] = [
  sees("stops old tasks below the minimum", (state) => ({ ...state, minimumHealthyPercent: 0 })),
  sees("rounds the minimum down", (state) => ({
    ...state,
    minimumHealthyPercent: percentOf(state, Math.floor, state.minimumHealthyPercent),
  })),
  sees("starts more than the maximum", (state) => ({ ...state, maximumPercent: 300 })),
  sees("rounds the maximum up", (state) => ({
    ...state,
    maximumPercent: percentOf(state, Math.ceil, state.maximumPercent),
  })),
  sees("takes a task that runs for healthy", (state) => ({
    ...state,
    tasks: state.tasks.map((task) =>
      task.phase === "running" ? { ...task, container: "healthy", target: "healthy" } : task
    ),
  })),
  sees("forgets the least threshold of three", (state) => ({
    ...state,
    circuitBreaker: {
      ...state.circuitBreaker,
      threshold: { ...state.circuitBreaker.threshold, type: "UNBOUNDED_PERCENT" },
    },
  })),
  sees("never trips", (state) => ({
    ...state,
    circuitBreaker: { ...state.circuitBreaker, enable: false },
  })),
  sees("never rolls back", (state) => ({
    ...state,
    circuitBreaker: { ...state.circuitBreaker, rollback: false },
  })),
  sees("takes no notice of alarms", (state) => ({
    ...state,
    deployments: state.deployments.map(({ alarm: _, ...deployment }) => deployment),
  })),
  sees("rolls back at every alarm", (state) => ({
    ...state,
    alarms: { ...state.alarms, rollback: true },
  })),
  sees("does not watch alarms once the old tasks are gone", (state) => ({
    ...state,
    alarms: { ...state.alarms, bakeMs: 0 },
  })),
  sees("launches tasks of a failed deployment", (state) => ({
    ...state,
    circuitBreaker: { ...state.circuitBreaker, enable: false },
    deployments: state.deployments.map((deployment) =>
      deployment.rollout === "FAILED" ? { ...deployment, rollout: "IN_PROGRESS" } : deployment
    ),
  })),
  sees("counts tasks that drain as running", (state) => ({
    ...state,
    tasks: state.tasks.map((task) =>
      task.phase === "stopping" ? { ...task, phase: "running" } : task
    ),
  })),
  sees("does not wait between the steps of the traffic", (state) => ({
    ...state,
    deployments: state.deployments.map((deployment) => ({ ...deployment, trafficSince: -1e9 })),
  })),
  does(
    "does not see failing health checks",
    (actions) => actions.filter((action) => !(action.type === "stopTask" && action.failed)),
  ),
  does("stops no task", (actions) => actions.filter(({ type }) => type !== "stopTask")),
  does("never completes", (actions) => actions.filter(({ type }) => type !== "complete")),
  does("forgets no deployment", (actions) => actions.filter(({ type }) => type !== "forget")),
  does("starts one task too many", (actions) => {
    const start = actions.find(({ type }) => type === "startTask");
    return start ? [start, ...actions] : actions;
  }),
  does(
    "rolls back to what failed",
    (actions) =>
      actions.map((action) => action.type === "rollBack" ? { ...action, to: action.from } : action),
  ),
  does(
    "gives all the traffic at once",
    (actions) =>
      actions.map((action) =>
        action.type === "shiftTraffic" ? { ...action, percent: 100 } : action
      ),
  ),
  {
    name: "moves the traffic before the tasks are up",
    decide: (state, now) => {
      const [primary, old] = state.deployments;
      const isNew = state.strategy.type === "SHIFT" && primary?.traffic === 0 && old;
      const step = state.strategy.type === "SHIFT" ? state.strategy.steps[0]?.percent ?? 0 : 0;
      return isNew
        ? [{ type: "shiftTraffic", deployment: primary.id, percent: step }]
        : reconcile(state, now);
    },
  },
  {
    name: "replaces a task for no reason",
    decide: (state, now) => {
      const actions = reconcile(state, now);
      const task = state.tasks.find(({ target }) => target === "healthy");
      if (actions.length > 0 || !task || now % 60_000 > 1_000) return actions;
      return [{ type: "stopTask", task: task.id, reason: "none", failed: false }];
    },
  },
  {
    name: "stops a failing task before its successor is healthy, though there is room",
    decide: (state, now) => {
      const primary = state.deployments[0];
      const failing = state.tasks.find(({ target, phase, deployment }) =>
        target === "unhealthy" && phase === "running" && deployment === primary?.id
      );
      if (!failing || state.strategy.type === "SHIFT") return reconcile(state, now);
      return [{ type: "stopTask", task: failing.id, reason: "at once", failed: false }];
    },
  },
];

/** One that decides well about a state that it sees wrongly. */
function sees(name: string, see: (state: ServiceState) => ServiceState): Mutant {
  return { name, decide: (state, now) => reconcile(see(state), now) };
}

/** One that decides well and does something else. */
function does(name: string, change: (actions: Action[]) => Action[]): Mutant {
  return { name, decide: (state, now) => change(reconcile(state, now)) };
}

function percentOf(
  { desiredCount }: ServiceState,
  round: (value: number) => number,
  percent: number,
): number {
  return desiredCount === 0 ? percent : round(desiredCount * percent / 100) * 100 / desiredCount;
}
