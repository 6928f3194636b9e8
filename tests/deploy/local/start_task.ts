/**
 * Starts a task of tiny images and notes what it tells.
 *
 * @module
 */

import { join } from "node:path";
import {
  type TaskDefinition,
  taskDefinitionInput,
} from "../../../deploy/local/ecs/task_definition.ts";
import { type LocalTask, startLocalTask } from "../../../deploy/local/runtime/local_task.ts";
import { freePort } from "../../../dev/services/free_port.ts";
import type { TinyImages } from "./tiny_images.ts";

/** A task that was started. */
export interface Started {
  readonly task: LocalTask;
  /** What was told, in order. */
  readonly seen: readonly string[];
}

/** Starts a task whose containers are these. */
export function startTask(
  images: TinyImages,
  containerDefinitions: readonly Readonly<Record<string, unknown>>[],
  ofTask: { readonly memory?: string } = {},
): Started {
  const seen: string[] = [];
  const parsed = taskDefinitionInput.parse({
    family: "tiny",
    // A program that is told to stop before it listens for that ends at once, as in our definitions.
    containerDefinitions: containerDefinitions.map((container) => ({
      linuxParameters: { initProcessEnabled: true },
      ...container,
    })),
    ...ofTask,
  });
  const definition: TaskDefinition = {
    ...parsed,
    taskDefinitionArn: "tiny:1",
    revision: 1,
    status: "ACTIVE",
    registeredAt: 0,
  };
  const task = startLocalTask({
    definition,
    pull: images.pull,
    secretOf: (name) => name,
    env: {},
    takePort: freePort,
    logFile: (name) => join(images.folder, `${name}.log`),
    pace: 20,
    onRunning: () => seen.push("running"),
    onHealth: (health) => seen.push(health),
    onStopped: ({ stopCode, reason }) => seen.push(`${stopCode}: ${reason}`),
  });
  return { task, seen };
}

/** Returns what a container has said so far. */
export async function logOf({ folder }: TinyImages, name: string): Promise<string> {
  return await Deno.readTextFile(join(folder, `${name}.log`));
}
