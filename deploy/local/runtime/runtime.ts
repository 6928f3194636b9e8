/**
 * The port between tasks and what runs their containers, local processes or a container engine:
 * start reading here.
 *
 * @module
 */

import type { ContainerDefinition } from "../ecs/task_definition.ts";
import type { LocalPlace } from "../local_overrides.ts";

/** The runtimes that there are. */
export const RUNTIME_NAMES = ["process", "docker"] as const;

/** One of them. */
export type RuntimeName = typeof RUNTIME_NAMES[number];

/** Whether there is a runtime of that name. */
export function isRuntimeName(name: string): name is RuntimeName {
  return RUNTIME_NAMES.some((known) => known === name);
}

/** Keeps images and runs them. Like in a registry, what was pushed never changes. */
export interface Runtime {
  /** Builds the image of a service from a checkout; returns `name@sha256:…`. */
  build(service: string, options: { readonly root: string }): Promise<string>;
  /** Throws when there is no such image to derive from. */
  derive(image: DerivedImage): Promise<string>;
  /** `undefined` where nothing was pushed under that digest. */
  pull(reference: string): Promise<Image | undefined>;
}

/** An image made from another one. */
export interface DerivedImage {
  readonly from: string;
  /** More of its environment: enough to be another version. */
  readonly env?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  /** Path in `/app` → a file to copy there. */
  readonly files?: Readonly<Record<string, string>>;
}

/** An image that can be run. */
export interface Image {
  /** Resolves once the container is on its way. Rejects where it cannot even be made. */
  start(plan: ContainerPlan): Promise<RunningContainer>;
}

/** What a container runs with. */
export interface ContainerPlan {
  readonly definition: ContainerDefinition;
  readonly place: LocalPlace;
  /** The values of its secrets, by the names of their variables. */
  readonly secrets: Readonly<Record<string, string>>;
  /** As RunTask's overrides say it. */
  readonly command?: readonly string[] | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** What all containers of the task may use. */
  readonly limits: TaskLimits;
  /** Gets standard output and standard error. */
  readonly logFile: string;
}

/** Of a task; one that says nothing has no limits. */
export interface TaskLimits {
  /** Processors; 0.25 is a quarter of one. */
  readonly cpus?: number;
  readonly memoryMiB?: number;
}

/** A container that was started. */
export interface RunningContainer {
  /** Resolves once it is gone. */
  readonly exited: Promise<ContainerExit>;
  /** Runs a health check's command inside; resolves with whether it succeeded before the signal. */
  check(command: readonly string[], signal: AbortSignal): Promise<boolean>;
  /** SIGTERM, after the timeout SIGKILL; resolves once it is gone. */
  stop(timeoutMs: number): Promise<void>;
  /** How much processor time it has used; `undefined` where nobody tells. */
  processorSeconds(): Promise<number | undefined>;
}

/** How a container ended. */
export interface ContainerExit {
  /** As Docker gives it: 128 + the number of a signal. */
  readonly code: number;
  /** What the engine says of it, as in `OutOfMemoryError: …`. */
  readonly reason?: string;
}

/** Returns a container's whole environment but for the image's: the definition's, then secrets. */
export function plannedEnvironment(
  { definition, secrets, environment }: ContainerPlan,
): Record<string, string> {
  const given = definition.environment.map(({ name, value }) => [name, value]);
  return { ...Object.fromEntries(given), ...secrets, ...environment };
}
