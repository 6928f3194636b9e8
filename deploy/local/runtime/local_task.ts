/**
 * A task as local processes: its containers in the order of their dependencies, their health, and
 * their end.
 *
 * @module
 */

import type { ContainerDefinition, TaskDefinition } from "../ecs/task_definition.ts";
import type { Image } from "../images/image_store.ts";
import { LEFT_OUT, type LocalPlace } from "../local_overrides.ts";
import type { ContainerProcess } from "./container_process.ts";
import { type ContainerPlan, startPlannedContainer, watchHealth } from "./local_container.ts";

/** What RunTask may change of one container. */
export interface ContainerOverride {
  readonly name: string;
  readonly command?: readonly string[] | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** What a task is made of. */
export interface LocalTaskOptions {
  readonly definition: TaskDefinition;
  readonly overrides?: readonly ContainerOverride[];
  readonly pull: (reference: string) => Promise<Image | undefined>;
  /** The value that a secret's reference names. Throws when there is none. */
  readonly secretOf: (valueFrom: string) => string;
  readonly env: LocalPlace["env"];
  /** A free port, each time another one. */
  readonly takePort: () => number;
  /** Container → where its output goes. */
  readonly logFile: (container: string) => string;
  readonly pace: number;
  readonly onRunning: () => void;
  readonly onHealth: (health: "healthy" | "unhealthy") => void;
  readonly onStopped: (outcome: TaskOutcome) => void;
}

/** How a task ended. */
export interface TaskOutcome {
  readonly stopCode: "TaskFailedToStart" | "EssentialContainerExited" | "UserInitiated";
  readonly reason: string;
}

/** A container as DescribeTasks shows it. */
export interface ContainerState {
  readonly name: string;
  readonly image: string;
  lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  healthStatus: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
  pid?: number;
  exitCode?: number;
  reason?: string;
}

/** A task on its way. */
export interface LocalTask {
  readonly containers: readonly ContainerState[];
  /** The port that stands for a container's. */
  hostPort(containerPort: number): number;
  /** Resolves once all of it is gone. */
  readonly ended: Promise<void>;
  /** SIGTERM to all, each with its stop timeout; `onStopped` follows. */
  stop(reason: string): void;
}

const DEFAULT_STOP_TIMEOUT_S = 30;

/** Starts a task in the background; what becomes of it is told by the callbacks. */
export function startLocalTask(options: LocalTaskOptions): LocalTask {
  const definitions = options.definition.containerDefinitions
    .filter(({ name }) => !LEFT_OUT.includes(name));
  const states = definitions.map(({ name, image }): ContainerState => ({
    name,
    image,
    lastStatus: "PENDING",
    healthStatus: "UNKNOWN",
  }));
  const ports = new Map<number, number>();
  const processes = new Map<string, ContainerProcess>();
  const over = new AbortController();
  let outcome: TaskOutcome | undefined;
  const ended = Promise.withResolvers<void>();
  let isEnding = false;

  function hostPort(containerPort: number): number {
    const port = ports.get(containerPort) ?? options.takePort();
    ports.set(containerPort, port);
    return port;
  }

  function end(how: TaskOutcome): void {
    outcome ??= how;
    if (!isEnding) void finish();
  }

  async function finish(): Promise<void> {
    isEnding = true;
    over.abort();
    await Promise.all(
      definitions.map(({ name, stopTimeout = DEFAULT_STOP_TIMEOUT_S }) =>
        processes.get(name)?.stop(stopTimeout * 1000)
      ),
    );
    // The exit codes are noted by those who wait for them.
    await new Promise((resolve) => setTimeout(resolve));
    for (const state of states) state.lastStatus = "STOPPED";
    if (outcome) options.onStopped(outcome);
    ended.resolve();
  }

  async function run(): Promise<void> {
    const plans = await Promise.all(definitions.map(plan));
    const waiting = new Set(plans);
    let isRunning = false;
    while (waiting.size > 0 && !over.signal.aborted) {
      for (const next of waiting) {
        if (!isReady(next.definition, states)) continue;
        waiting.delete(next);
        start(next);
      }
      const essential = plans.filter(({ definition }) => definition.essential);
      if (!isRunning && essential.every((plan) => !waiting.has(plan))) {
        isRunning = true;
        options.onRunning();
      }
      if (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function plan(definition: ContainerDefinition): Promise<ContainerPlan> {
    const image = await options.pull(definition.image);
    if (!image) throw new Error(`CannotPullContainerError: ${definition.image}: not found`);
    const override = options.overrides?.find(({ name }) => name === definition.name);
    const secrets = definition.secrets.map(({ name, valueFrom }) =>
      [name, options.secretOf(valueFrom)] as const
    );
    return {
      definition,
      image,
      place: { hostPort, env: options.env },
      secrets: Object.fromEntries(secrets),
      command: override?.command,
      environment: override?.environment,
      logFile: options.logFile(definition.name),
      pace: options.pace,
    };
  }

  function start(plan: ContainerPlan): void {
    const state = states.find(({ name }) => name === plan.definition.name);
    if (!state) return;
    const process = startPlannedContainer(plan);
    processes.set(state.name, process);
    state.lastStatus = "RUNNING";
    state.pid = process.pid;
    const stopsChecks = new AbortController();
    void process.exited.then((code) => {
      stopsChecks.abort();
      state.lastStatus = "STOPPED";
      state.exitCode = code;
      if (!plan.definition.essential) return;
      const reason = `Essential container in task exited: "${state.name}" with ${code}`;
      end({ stopCode: "EssentialContainerExited", reason });
    });
    void watchHealth(plan, (health) => {
      state.healthStatus = health === "healthy" ? "HEALTHY" : "UNHEALTHY";
      const all = overall();
      if (all !== "unknown") options.onHealth(all);
    }, AbortSignal.any([over.signal, stopsChecks.signal]));
  }

  /** Of the essential containers that have a check. */
  function overall(): "healthy" | "unhealthy" | "unknown" {
    const checked = definitions.filter(({ essential, healthCheck }) => essential && healthCheck)
      .map(({ name }) => states.find((state) => state.name === name)?.healthStatus);
    if (checked.includes("UNHEALTHY")) return "unhealthy";
    return checked.every((status) => status === "HEALTHY") ? "healthy" : "unknown";
  }

  run().catch((error) =>
    end({
      stopCode: "TaskFailedToStart",
      reason: error instanceof Error ? error.message : String(error),
    })
  );
  return {
    containers: states,
    hostPort,
    ended: ended.promise,
    stop: (reason) => end({ stopCode: "UserInitiated", reason }),
  };
}

/** Whether all that a container depends on is as it wants it. Throws when it never will be. */
function isReady(
  { name, dependsOn }: ContainerDefinition,
  states: readonly ContainerState[],
): boolean {
  return dependsOn.every(({ containerName, condition }) => {
    const other = states.find((state) => state.name === containerName);
    // What is left out on this machine holds nobody up.
    if (!other) return true;
    const { lastStatus, healthStatus, exitCode } = other;
    if (condition === "START") return lastStatus !== "PENDING";
    if (condition === "HEALTHY" && lastStatus !== "STOPPED") return healthStatus === "HEALTHY";
    if (lastStatus !== "STOPPED") return false;
    if (condition === "COMPLETE" || (condition === "SUCCESS" && exitCode === 0)) return true;
    throw new Error(
      `Container "${name}" waits in vain: "${containerName}" exited with ${exitCode}, ` +
        `and ${condition} is asked for`,
    );
  });
}
