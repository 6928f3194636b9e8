/**
 * One container of a task: how its definition and image become a process, and its health.
 *
 * @module
 */

import type { ContainerDefinition } from "../ecs/task_definition.ts";
import type { Image } from "../images/image_store.ts";
import { localCommand, localEnvironment, type LocalPlace } from "../local_overrides.ts";
import { type ContainerProcess, startContainer } from "./container_process.ts";
import { runHealthChecks } from "./health_checks.ts";

/** What a container runs with. */
export interface ContainerPlan {
  readonly definition: ContainerDefinition;
  readonly image: Image;
  readonly place: LocalPlace;
  /** The values of its secrets, by the names of their variables. */
  readonly secrets: Readonly<Record<string, string>>;
  /** As RunTask's overrides say it. */
  readonly command?: readonly string[] | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly logFile: string;
  /** How many times faster than on ECS health checks follow each other. */
  readonly pace: number;
}

/** What a Deno needs to find its cache; the image has it at `/deno-dir`. */
const OWN_VARIABLES = ["PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME"];

/** A local Deno stands for the image's. */
const DENO = "/bin/deno";

/** Starts the container's process. */
export function startPlannedContainer(plan: ContainerPlan): ContainerProcess {
  const { definition, image, logFile } = plan;
  const entryPoint = definition.entryPoint ?? image.entrypoint;
  const command = [...entryPoint, ...(plan.command ?? definition.command ?? [])];
  return startContainer({
    command: command.map((argument) => hostPath(argument, image)),
    cwd: image.folder,
    env: environmentOf(plan),
    logFile,
  });
}

/** Runs the container's health check until the signal; does nothing where it has none. */
export async function watchHealth(
  plan: ContainerPlan,
  onChange: (health: "healthy" | "unhealthy") => void,
  signal: AbortSignal,
): Promise<void> {
  const { healthCheck } = plan.definition;
  if (!healthCheck) return;
  const [, program = "", ...args] = localCommand(plan.definition, healthCheck.command, plan.place)
    .map((argument) => hostPath(argument, plan.image));
  await runHealthChecks({
    times: {
      intervalMs: healthCheck.interval * 1000 / plan.pace,
      timeoutMs: healthCheck.timeout * 1000,
      retries: healthCheck.retries,
      startPeriodMs: healthCheck.startPeriod * 1000 / plan.pace,
    },
    check: (signal) => succeeds(program, { args, cwd: plan.image.folder, signal }),
    onChange,
    signal,
  });
}

async function succeeds(
  program: string,
  options: { args: string[]; cwd: string; signal: AbortSignal },
): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, {
      ...options,
      clearEnv: true,
      env: ownVariables(),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    // Missing, or ended by the timeout: the check failed.
    return false;
  }
}

function environmentOf(plan: ContainerPlan): Record<string, string> {
  const { definition, image, secrets, environment, place } = plan;
  const given = Object.fromEntries(definition.environment.map(({ name, value }) => [name, value]));
  const { DENO_DIR: _, ...imageEnv } = image.env;
  const all = { ...imageEnv, ...given, ...secrets, ...environment };
  return { ...ownVariables(), ...localEnvironment(all, place) };
}

function ownVariables(): Record<string, string> {
  return Object.fromEntries([...OWN_VARIABLES, "DENO_DIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function hostPath(argument: string, { folder }: Image): string {
  if (argument === DENO) return Deno.execPath();
  const denoDir = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME") ?? ""}/.cache/deno`;
  return argument.replaceAll(/(?<![\w.])\/app\b/g, folder).replaceAll("/deno-dir", denoDir);
}
