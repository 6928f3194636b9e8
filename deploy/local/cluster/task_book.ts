/**
 * All tasks of the cluster, those that stopped a while ago included.
 *
 * @module
 */

import { join } from "node:path";
import { freePort } from "../../../dev/services/free_port.ts";
import { ecsArn } from "../ecs/arns.ts";
import type { TaskDefinition } from "../ecs/task_definition.ts";
import type { LocalPlace } from "../local_overrides.ts";
import { type ContainerOverride, type LocalTask, startLocalTask } from "../runtime/local_task.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** A task and what is known of it. */
export interface TaskRecord {
  readonly id: string;
  readonly arn: string;
  readonly definition: TaskDefinition;
  /** `service:name`, or `family:name` for one that runs on its own. */
  readonly group: string;
  readonly startedBy: string;
  readonly local: LocalTask;
  readonly createdAt: number;
  lastStatus: "PENDING" | "RUNNING" | "DEACTIVATING" | "STOPPED";
  health: "UNKNOWN" | "HEALTHY" | "UNHEALTHY";
  startedAt?: number;
  stoppingAt?: number;
  stoppedAt?: number;
  stopCode?: string;
  stoppedReason?: string;
}

/** What a task is started with. */
export interface LaunchOptions {
  readonly definition: TaskDefinition;
  readonly group: string;
  readonly startedBy: string;
  readonly overrides?: readonly ContainerOverride[];
  readonly onChange?: (task: TaskRecord) => void;
}

/** What every task of the cluster runs with. */
export interface TaskBookOptions {
  readonly cluster: string;
  readonly pull: Runtime["pull"];
  readonly secretOf: (valueFrom: string) => string;
  readonly env: LocalPlace["env"];
  readonly logFolder: string;
  readonly pace: number;
}

/** The tasks. */
export interface TaskBook {
  launch(options: LaunchOptions): TaskRecord;
  /** By id or ARN. */
  find(task: string): TaskRecord | undefined;
  readonly all: readonly TaskRecord[];
  /** Resolves when no task runs any more. */
  stopAll(reason: string): Promise<void>;
}

/** So many that stopped are remembered. */
const REMEMBERED = 500;
const SECOND_MS = 1000;

/** Creates a book without tasks. */
export function createTaskBook(options: TaskBookOptions): TaskBook {
  const { cluster, logFolder } = options;
  let tasks: TaskRecord[] = [];
  const ports = new Set<number>();
  const now = () => Date.now() / SECOND_MS;

  function takePort(): number {
    let port = freePort();
    while (ports.has(port)) port = freePort();
    ports.add(port);
    return port;
  }

  function launch(
    { definition, group, startedBy, overrides, onChange }: LaunchOptions,
  ): TaskRecord {
    const id = crypto.randomUUID().replaceAll("-", "");
    const local = startLocalTask({
      ...options,
      definition,
      ...(overrides && { overrides }),
      takePort,
      logFile: (container) =>
        join(logFolder, `${group.replace(/\W/g, "_")}_${id}_${container}.log`),
      onRunning: () =>
        change(() => {
          record.startedAt = now();
          if (record.lastStatus === "PENDING") record.lastStatus = "RUNNING";
        }),
      onHealth: (health) =>
        change(() => record.health = health === "healthy" ? "HEALTHY" : "UNHEALTHY"),
      onStopped: ({ stopCode, reason }) =>
        change(() => {
          record.lastStatus = "STOPPED";
          record.stoppedAt = now();
          record.stopCode ??= stopCode;
          record.stoppedReason ??= reason;
        }),
    });
    const record: TaskRecord = {
      id,
      arn: ecsArn("task", cluster, id),
      definition,
      group,
      startedBy,
      local,
      createdAt: now(),
      lastStatus: "PENDING",
      health: "UNKNOWN",
    };
    const stopped = tasks.filter(({ lastStatus }) => lastStatus === "STOPPED");
    const forgotten = new Set(stopped.slice(0, Math.max(0, stopped.length - REMEMBERED)));
    tasks = [...tasks.filter((task) => !forgotten.has(task)), record];
    return record;

    function change(how: () => void): void {
      how();
      onChange?.(record);
    }
  }

  return {
    launch,
    find: (task) => tasks.find(({ id, arn }) => task === id || task === arn),
    get all() {
      return tasks;
    },
    async stopAll(reason) {
      for (const task of tasks) stopRecord(task, { stopCode: "UserInitiated", reason });
      while (tasks.some(({ lastStatus }) => lastStatus !== "STOPPED")) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

/** Tells a task to stop; the first reason counts. */
export function stopRecord(
  task: TaskRecord,
  { stopCode, reason }: { readonly stopCode: string; readonly reason: string },
): void {
  if (task.lastStatus === "STOPPED" || task.lastStatus === "DEACTIVATING") return;
  task.lastStatus = "DEACTIVATING";
  task.stoppingAt = Date.now() / SECOND_MS;
  task.stopCode = stopCode;
  task.stoppedReason = reason;
  task.local.stop(reason);
}
