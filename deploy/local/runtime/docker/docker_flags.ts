/**
 * What a container's definition becomes as flags of `docker create`.
 *
 * @module
 */

import { localEnvironment } from "../../local_overrides.ts";
import { type ContainerPlan, plannedEnvironment } from "../runtime.ts";

/** Flags, and the environment of the program that is given them. */
export interface CreateFlags {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What the flags depend on besides the plan. */
export interface FlagOptions {
  readonly imageEnv: Readonly<Record<string, string>>;
  readonly machine: Machine;
}

/** What there is on this machine. An engine refuses to give more. */
export interface Machine {
  readonly processors: number;
  /** How many files a process may have open. */
  readonly openFiles: number;
}

/** Variables that the engine's program reads itself. */
const READ_BY_DOCKER = /^(PATH|HOME|LD_|DOCKER_|HTTPS?_PROXY|NO_PROXY)/i;

/**
 * Returns the flags. Values of the environment are taken from the program's own, where a list of
 * processes does not show them.
 */
export function createFlags(plan: ContainerPlan, options: FlagOptions): CreateFlags {
  const {
    name,
    user,
    readonlyRootFilesystem,
    linuxParameters,
    ulimits,
    workingDirectory,
    entryPoint,
  } = plan.definition;
  const { imageEnv, machine: { processors, openFiles } } = options;
  const all = localEnvironment({ ...imageEnv, ...plannedEnvironment(plan) }, plan.place);
  const changed = Object.entries(all).filter(([name, value]) => imageEnv[name] !== value);
  const isOpen = ([name]: readonly [string, string]) => READ_BY_DOCKER.test(name);
  const { cpus, memoryMiB } = plan.limits;
  const { capabilities, initProcessEnabled } = linuxParameters ?? {};
  const flags = [
    `--label=cauce.container=${name}`,
    // Containers of a task share a network, as on Fargate; here it is the machine's, for what
    // stands around the cluster listens on the loopback.
    "--network=host",
    // Those of the definition are run instead, as ECS does.
    "--no-healthcheck",
    ...(user === undefined ? [] : [`--user=${user}`]),
    ...(readonlyRootFilesystem ? ["--read-only"] : []),
    ...(initProcessEnabled ? ["--init"] : []),
    ...(capabilities?.drop ?? []).map((name) => `--cap-drop=${name}`),
    ...(capabilities?.add ?? []).map((name) => `--cap-add=${name}`),
    ...(ulimits ?? []).map(({ name, softLimit, hardLimit }) => {
      const most = name === "nofile" ? openFiles : Infinity;
      return `--ulimit=${name}=${Math.min(softLimit, most)}:${Math.min(hardLimit, most)}`;
    }),
    ...(cpus === undefined ? [] : [`--cpus=${Math.min(cpus, processors)}`]),
    ...(memoryMiB === undefined ? [] : [`--memory=${memoryMiB}m`]),
    ...(workingDirectory === undefined ? [] : [`--workdir=${workingDirectory}`]),
    ...(entryPoint === undefined ? [] : [`--entrypoint=${entryPoint[0] ?? ""}`]),
    ...changed.map((pair) => `--env=${isOpen(pair) ? pair.join("=") : pair[0]}`),
  ];
  return { flags, env: Object.fromEntries(changed.filter((pair) => !isOpen(pair))) };
}

/** Returns what follows the image: the rest of the entry point, and the command. */
export function createArguments({ definition, command }: ContainerPlan): string[] {
  const [, ...rest] = definition.entryPoint ?? [];
  return [...rest, ...(command ?? definition.command ?? [])];
}
