/**
 * A task on this machine: its containers in the order of their dependencies, their health, and
 * their end.
 *
 * @module
 */

import type { ContainerDefinition, TaskDefinition } from "../ecs/task_definition.ts";
import { LEFT_OUT, type LocalPlace } from "../local_overrides.ts";
import type { ContainerPlan, Image, RunningContainer, Runtime, TaskLimits } from "./runtime.ts";
import { watchHealth } from "./watch_health.ts";

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
  readonly pull: Runtime["pull"];
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
  exitCode?: number;
  reason?: string;
}

/** A task on its way. */
export interface LocalTask {
  readonly containers: readonly ContainerState[];
  /** The port that stands for a container's. */
  hostPort(containerPort: number): number;
  /** How much processor time its containers have used; `undefined` where nobody tells. */
  processorSeconds(): Promise<number | undefined>;
  /** Resolves once all of it is gone. */
  readonly ended: Promise<void>;
  /** SIGTERM to all, each with its stop timeout; `onStopped` follows. */
  stop(reason: string): void;
}

/** A container that waits for those it depends on. */
interface PlannedContainer extends ContainerPlan {
  readonly image: Image;
}

const DEFAULT_STOP_TIMEOUT_S = 30;
const CPU_UNITS = 1024;

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
  const running = new Map<string, Promise<RunningContainer>>();
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
      definitions.map(async ({ name, stopTimeout = DEFAULT_STOP_TIMEOUT_S }) => {
        // One that could not be made is why the task ends.
        const container = await running.get(name)?.catch(() => {});
        await container?.stop(stopTimeout * 1000);
      }),
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
        if (over.signal.aborted || !isReady(next.definition, states)) continue;
        waiting.delete(next);
        await start(next);
      }
      const essential = plans.filter(({ definition }) => definition.essential);
      if (!isRunning && essential.every((plan) => !waiting.has(plan))) {
        isRunning = true;
        options.onRunning();
      }
      if (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function plan(definition: ContainerDefinition): Promise<PlannedContainer> {
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
      limits: limitsOf(options.definition, options.pace),
      logFile: options.logFile(definition.name),
    };
  }

  async function start(plan: PlannedContainer): Promise<void> {
    const state = states.find(({ name }) => name === plan.definition.name);
    if (!state) return;
    const starting = plan.image.start(plan);
    running.set(state.name, starting);
    const container = await starting;
    state.lastStatus = "RUNNING";
    const stopsChecks = new AbortController();
    void container.exited.then(({ code, reason }) => {
      stopsChecks.abort();
      state.lastStatus = "STOPPED";
      state.exitCode = code;
      if (reason) state.reason = reason;
      if (!plan.definition.essential) return;
      const how = `"${state.name}" with ${code}${reason ? ` (${reason})` : ""}`;
      end({
        stopCode: "EssentialContainerExited",
        reason: `Essential container in task exited: ${how}`,
      });
    });
    void watchHealth({
      plan,
      container,
      pace: options.pace,
      onChange(health) {
        state.healthStatus = health === "healthy" ? "HEALTHY" : "UNHEALTHY";
        const all = overall();
        if (all !== "unknown") options.onHealth(all);
      },
      signal: AbortSignal.any([over.signal, stopsChecks.signal]),
    });
  }

  async function processorSeconds(): Promise<number | undefined> {
    let sum = 0;
    for (const starting of running.values()) {
      const container = await starting.catch(() => {});
      const seconds = await container?.processorSeconds();
      if (seconds === undefined) return undefined;
      sum += seconds;
    }
    return sum;
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
    processorSeconds,
    ended: ended.promise,
    stop: (reason) => end({ stopCode: "UserInitiated", reason }),
  };
}

/** A task whose health checks come faster has to start faster, so it gets more processor time. */
function limitsOf({ cpu, memory }: TaskDefinition, pace: number): TaskLimits {
  const [units, memoryMiB] = [Number(cpu), Number(memory)];
  return {
    ...(units > 0 && { cpus: units / CPU_UNITS * pace }),
    ...(memoryMiB > 0 && { memoryMiB }),
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
