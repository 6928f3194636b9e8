/**
 * How a service's state changes.
 *
 * @module
 */

import type { ServiceEvent } from "./action.ts";
import { isHealthy } from "./limits.ts";
import {
  type Deployment,
  lastCompleted,
  primaryOf,
  type ServiceState,
  type TargetGroup,
  type Task,
} from "./service_state.ts";

/** Returns the state after an event. What is about a task or deployment that is gone changes nothing. */
export function applyEvent(state: ServiceState, event: ServiceEvent, now: number): ServiceState {
  switch (event.type) {
    case "configure":
      return { ...state, ...event.settings };
    case "deploy":
      return deploy(state, event, now);
    case "taskStarted": {
      const { task: id, deployment, container, target } = event;
      return {
        ...state,
        tasks: [...state.tasks, { id, deployment, phase: "pending", container, target }],
      };
    }
    case "taskRunning":
      return changeTask(state, event.task, ({ phase, ...task }) => ({
        ...task,
        phase: phase === "stopping" ? phase : "running",
        runningSince: now,
      }));
    case "taskHealth":
      return noteHealth(state, event, now);
    case "stopTask":
      return stopTask(state, event, now);
    case "taskStopped":
      return removeTask(state, event.task, now);
    case "complete":
      return changeDeployment(state, event.deployment, (deployment) => ({
        ...deployment,
        rollout: "COMPLETED",
        reason: `ECS deployment ${deployment.id} completed.`,
        completedAt: now,
        traffic: 100,
      }));
    case "fail":
      return changeDeployment(state, event.deployment, (deployment) => ({
        ...deployment,
        rollout: "FAILED",
        reason: event.reason,
      }));
    case "bake":
      return changeDeployment(state, event.deployment, (deployment) => ({
        ...deployment,
        bakingSince: now,
      }));
    case "alarm":
      return noteAlarm(state, event.name);
    case "rollBack":
      return rollBack(state, event, now);
    case "shiftTraffic":
      return shiftTraffic(state, event, now);
    case "forget":
      return {
        ...state,
        deployments: state.deployments.filter(({ id }) => id !== event.deployment),
      };
  }
}

type Of<Type extends ServiceEvent["type"]> = Extract<ServiceEvent, { readonly type: Type }>;

function deploy(state: ServiceState, event: Of<"deploy">, now: number): ServiceState {
  const serving = lastCompleted(state.deployments);
  const isShift = state.strategy.type === "SHIFT" && serving !== undefined;
  const group = serving?.targetGroup ?? 0;
  const deployment: Deployment = {
    id: event.deployment,
    taskDefinition: event.taskDefinition,
    status: "PRIMARY",
    rollout: "IN_PROGRESS",
    reason: `ECS deployment ${event.deployment} in progress.`,
    failedTasks: 0,
    isRollback: false,
    targetGroup: isShift ? otherGroup(group) : group,
    traffic: isShift ? 0 : 100,
    trafficSince: now,
  };
  const older = state.deployments.map((old): Deployment => ({
    ...old,
    status: "ACTIVE",
    traffic: isShift && old.id === serving.id ? 100 : 0,
  }));
  return { ...state, deployments: [deployment, ...older] };
}

function otherGroup(group: TargetGroup): TargetGroup {
  return group === 0 ? 1 : 0;
}

function noteHealth(state: ServiceState, event: Of<"taskHealth">, now: number): ServiceState {
  const before = state.tasks.find(({ id }) => id === event.task);
  if (!before) return state;
  const { container = before.container, target = before.target } = event;
  const after: Task = { ...before, container, target };
  const changed = changeTask(state, event.task, () => after);
  const recovers = !isHealthy(before, now) && isHealthy(after, now);
  if (!recovers || !state.circuitBreaker.resetOnHealthyTask) return changed;
  return changeDeployment(changed, after.deployment, (old) => ({ ...old, failedTasks: 0 }));
}

/** Alarms concern what is on its way, and neither what is in place nor what is rolled back to. */
function noteAlarm(state: ServiceState, name: string): ServiceState {
  const { id, rollout, isRollback } = primaryOf(state);
  if (!state.alarms.enable || rollout !== "IN_PROGRESS" || isRollback) return state;
  return changeDeployment(state, id, (deployment) => ({ ...deployment, alarm: name }));
}

function stopTask(state: ServiceState, event: Of<"stopTask">, now: number): ServiceState {
  const task = state.tasks.find(({ id }) => id === event.task);
  if (!task || task.phase === "stopping") return state;
  const stopping = changeTask(state, task.id, (old) => ({ ...old, phase: "stopping" }));
  return event.failed ? countFailure(stopping, task.deployment, now) : stopping;
}

function removeTask(state: ServiceState, task: string, now: number): ServiceState {
  const gone = state.tasks.find(({ id }) => id === task);
  if (!gone) return state;
  const without = { ...state, tasks: state.tasks.filter(({ id }) => id !== task) };
  return gone.phase === "stopping" ? without : countFailure(without, gone.deployment, now);
}

function countFailure(state: ServiceState, deployment: string, now: number): ServiceState {
  return changeDeployment(state, deployment, (old) => ({
    ...old,
    failedTasks: old.failedTasks + 1,
    lastFailureAt: now,
  }));
}

function rollBack(state: ServiceState, { from, to }: Of<"rollBack">, now: number): ServiceState {
  const primary: Deployment["status"] = "PRIMARY";
  const deployments = state.deployments.map((deployment): Deployment => {
    if (deployment.id !== to) return { ...deployment, status: "ACTIVE", traffic: 0 };
    return {
      ...deployment,
      status: primary,
      rollout: "IN_PROGRESS",
      reason: `Rolling back from ${from} to ${to}.`,
      failedTasks: 0,
      isRollback: true,
      traffic: 100,
      trafficSince: now,
    };
  });
  return {
    ...state,
    deployments: deployments.toSorted((a, b) =>
      Number(b.status === primary) - Number(a.status === primary)
    ),
  };
}

/** What the primary gets, the others lose; only one of them has any. */
function shiftTraffic(state: ServiceState, event: Of<"shiftTraffic">, now: number): ServiceState {
  const primary = primaryOf(state);
  return {
    ...state,
    deployments: state.deployments.map((deployment) => {
      const isServing = deployment.id === primary.id || deployment.traffic > 0;
      if (!isServing) return deployment;
      const traffic = deployment.id === event.deployment ? event.percent : 100 - event.percent;
      return { ...deployment, traffic, trafficSince: now };
    }),
  };
}

function changeTask(state: ServiceState, id: string, change: (task: Task) => Task): ServiceState {
  return { ...state, tasks: state.tasks.map((task) => task.id === id ? change(task) : task) };
}

function changeDeployment(
  state: ServiceState,
  id: string,
  change: (deployment: Deployment) => Deployment,
): ServiceState {
  return {
    ...state,
    deployments: state.deployments.map((old) => old.id === id ? change(old) : old),
  };
}
