/**
 * A service of the local cluster: asks the scheduler what to do, does it, and tells it what
 * happened.
 *
 * @module
 */

import type { Balancer } from "../balancer/balancer.ts";
import type { TaskDefinition } from "../ecs/task_definition.ts";
import type { Action, ServiceEvent } from "../scheduler/action.ts";
import { applyEvent } from "../scheduler/apply_event.ts";
import { reconcile } from "../scheduler/reconcile.ts";
import type { ServiceState, TargetGroup } from "../scheduler/service_state.ts";
import { lineOf } from "./service_messages.ts";
import { createDeploymentHistory, type DeploymentHistory } from "./deployment_history.ts";
import { stopRecord, type TaskBook, type TaskRecord } from "./task_book.ts";

/** Where the service's requests come from. */
export interface ServiceTargets {
  readonly balancer: Balancer;
  readonly containerPort: number;
  /** Whether tasks get requests only once they were found healthy. */
  readonly gate: { readonly checked: boolean };
  /** How long the balancer still sends requests to a task that is being stopped. */
  readonly propagationMs: number;
  readonly deregistrationDelayMs: number;
}

/** What a service runs with. */
export interface LocalServiceOptions {
  readonly name: string;
  readonly tasks: TaskBook;
  readonly definitionOf: (reference: string) => TaskDefinition;
  readonly targets?: ServiceTargets;
  /** How many times faster than on ECS the scheduler's time goes. */
  readonly pace: number;
  readonly initial: Omit<ServiceState, "deployments" | "tasks">;
}

/** Something that was told in the service's events. */
export interface ServiceMessage {
  readonly id: string;
  readonly at: number;
  readonly text: string;
}

/** A service that runs. */
export interface LocalService {
  readonly name: string;
  readonly state: ServiceState;
  readonly history: DeploymentHistory;
  /** The latest last. */
  readonly messages: readonly ServiceMessage[];
  /** Requests that its targets had so far, those that are gone included. */
  readonly requests: number;
  tell(event: ServiceEvent): void;
  /** Stops one task because somebody asked for it; the scheduler replaces it. */
  stopTask(task: string, reason: string): void;
  /** Ends the loop. Its tasks go on. */
  close(): void;
}

const TICK_MS = 200;
const REMEMBERED_MESSAGES = 100;

/** Starts the service's loop; it has no deployment yet. */
export function startLocalService(options: LocalServiceOptions): LocalService {
  const { name, tasks, targets, pace } = options;
  const now = () => performance.now() * pace;
  const history = createDeploymentHistory();
  const messages: ServiceMessage[] = [];
  const records = new Map<string, TaskRecord>();
  const groups = new Map<string, TargetGroup>();
  const requests = new Map<string, number>();
  let state: ServiceState = { ...options.initial, deployments: [], tasks: [] };
  let isClosed = false;
  let weight = 0;

  function say(text: string): void {
    messages.push({
      id: crypto.randomUUID(),
      at: Date.now() / 1000,
      text: `(service ${name}) ${text}`,
    });
    if (messages.length > REMEMBERED_MESSAGES) messages.shift();
  }

  function tell(event: ServiceEvent): void {
    history.note(event);
    state = applyEvent(state, event, now());
    const line = lineOf(event);
    if (line) say(line);
  }

  function settle(): void {
    for (let round = 0; round < 20 && state.deployments.length > 0; round++) {
      const actions = reconcile(state, now());
      if (actions.length === 0) return;
      actions.forEach(carryOut);
    }
  }

  function carryOut(action: Action): void {
    if (action.type === "startTask") return start(action.deployment);
    tell(action);
    if (action.type === "stopTask") {
      stop(action.task, action.reason);
    } else {
      void moveTraffic();
    }
  }

  function start(id: string): void {
    const deployment = state.deployments.find((one) => one.id === id);
    if (!deployment) return;
    const definition = options.definitionOf(deployment.taskDefinition);
    const record = tasks.launch({
      definition,
      group: `service:${name}`,
      startedBy: id,
      onChange: (task) => onTask(task, deployment.targetGroup),
    });
    records.set(record.id, record);
    groups.set(record.id, deployment.targetGroup);
    const isChecked = definition.containerDefinitions
      .some(({ essential, healthCheck }) => essential && healthCheck);
    tell({
      type: "taskStarted",
      task: record.id,
      deployment: id,
      container: isChecked ? "unknown" : "none",
      target: targets ? "initial" : "none",
    });
  }

  function stop(task: string, reason: string): void {
    const record = records.get(task);
    if (!record) return;
    stopRecord(record, { stopCode: "ServiceSchedulerInitiated", reason });
    // Stricter than ECS, which drains a target before SIGTERM: here requests still come for a while.
    later(({ deregister }, delayMs) =>
      deregister({ service: name, group: groups.get(task) ?? 0 }, task, { delayMs })
    );
  }

  /** Once the balancer has heard of it. */
  function later(act: (balancer: Balancer, delayMs: number) => Promise<void>): void {
    if (!targets) return;
    const { balancer, propagationMs, deregistrationDelayMs } = targets;
    setTimeout(() => {
      // A balancer that does not answer has ended, with the cluster.
      void act(balancer, deregistrationDelayMs).catch(() => {});
    }, propagationMs);
  }

  function onTask(task: TaskRecord, group: TargetGroup): void {
    if (isClosed) return;
    const known = state.tasks.find(({ id }) => id === task.id);
    if (!known) return;
    if (task.lastStatus === "STOPPED") {
      if (known.phase !== "stopping") say(`task ${task.id} stopped: ${task.stoppedReason}`);
      tell({ type: "taskStopped", task: task.id });
      later(({ remove }) => remove({ service: name, group }, task.id));
      return;
    }
    if (known.phase === "pending" && task.startedAt !== undefined) {
      tell({ type: "taskRunning", task: task.id });
      register(task, group);
    }
    if (task.health !== "UNKNOWN") {
      const container = task.health === "HEALTHY" ? "healthy" : "unhealthy";
      tell({ type: "taskHealth", task: task.id, container });
    }
  }

  function register({ id, local }: TaskRecord, group: TargetGroup): void {
    if (!targets) return;
    const { balancer, containerPort, gate: { checked } } = targets;
    const target = { name: id, port: local.hostPort(containerPort), checked };
    void balancer.register({ service: name, group }, target)
      .catch((error) => say(`cannot register task ${id}: ${error.message}`));
  }

  async function readTargets(): Promise<void> {
    for (const group of [0, 1] as const) {
      const found = await targets?.balancer.health({ service: name, group }) ?? [];
      for (const { target, health, requests: count } of found) {
        requests.set(target, count);
        const known = state.tasks.find(({ id }) => id === target);
        if (!known || known.phase === "stopping" || known.target === health) continue;
        tell({ type: "taskHealth", task: target, target: health });
      }
    }
  }

  async function moveTraffic(): Promise<void> {
    const primary = state.deployments[0];
    if (!targets || !primary) return;
    const percent = primary.targetGroup === 1 ? primary.traffic : 100 - primary.traffic;
    if (percent === weight) return;
    weight = percent;
    await targets.balancer.setWeight(name, percent);
  }

  async function loop(): Promise<void> {
    while (!isClosed) {
      // A balancer that is busy, or ending, is asked again.
      await readTargets().catch(() => {});
      settle();
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }

  void loop();
  return {
    name,
    get state() {
      return state;
    },
    history,
    messages,
    get requests() {
      return [...requests.values()].reduce((sum, count) => sum + count, 0);
    },
    tell(event) {
      tell(event);
      settle();
    },
    stopTask: (task, reason) => carryOut({ type: "stopTask", task, reason, failed: false }),
    close: () => void (isClosed = true),
  };
}
