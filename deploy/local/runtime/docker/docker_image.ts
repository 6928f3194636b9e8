/**
 * An image of a container engine, and how its containers are started, checked and stopped.
 *
 * @module
 */

import { runCommand, succeeds } from "../../../../dev/services/run_command.ts";
import { startContainer } from "../process/container_process.ts";
import { processorSeconds } from "../processor_time.ts";
import type { ContainerExit, Image } from "../runtime.ts";
import { createArguments, createFlags, type Machine } from "./docker_flags.ts";

/** An image that the engine has. */
export interface EngineImage {
  /** `sha256:…` */
  readonly id: string;
  readonly env: Readonly<Record<string, string>>;
}

const STOP_AGAIN_MS = 100;

/** Returns what this machine has to give. */
export async function readMachine(): Promise<Machine> {
  const openFiles = Number(await runCommand(["sh", "-c", "ulimit -Hn"]));
  return { processors: navigator.hardwareConcurrency, openFiles: openFiles || Infinity };
}

/** Returns the image whose containers the engine runs. What runs ends with this process. */
export function dockerImage({ id, env: imageEnv }: EngineImage, machine: Machine): Image {
  return {
    async start(plan) {
      const name = `cauce-${crypto.randomUUID()}`;
      const { flags, env } = createFlags(plan, { imageEnv, machine });
      const create = ["docker", "create", `--name=${name}`, ...flags];
      await runCommand([...create, id, ...createArguments(plan)], { env });
      const attached = startContainer({
        command: ["docker", "start", "--attach", name],
        env: Deno.env.toObject(),
        logFile: plan.logFile,
        whenOrphaned: `docker rm --force --volumes ${name}`,
      });
      let isOver = false;
      const exited = attached.exited.then(async (code) => {
        isOver = true;
        // An engine that is gone took the container along, and only this code is known.
        return await takeExit(name).catch((): ContainerExit => ({ code }));
      });
      return {
        exited,
        check([kind, ...words], signal) {
          const command = kind === "CMD-SHELL" ? ["/bin/sh", "-c", ...words] : words;
          return succeeds(["docker", "exec", name, ...command], { signal });
        },
        async stop(timeoutMs) {
          const stop = ["docker", "stop", "-t", String(Math.ceil(timeoutMs / 1000)), name];
          // One that is not yet on its way is told again; one that is gone meanwhile is no failure.
          while (!isOver) {
            await runCommand(stop).catch(() => {});
            await Promise.race([exited, new Promise((done) => setTimeout(done, STOP_AGAIN_MS))]);
          }
          await exited;
        },
        async processorSeconds() {
          const format = "--format={{.State.Pid}}";
          // Where the engine runs in a virtual machine, its numbers mean nothing here.
          const pid = await runCommand(["docker", "inspect", format, name]).catch(() => "0");
          return Number(pid) > 0 ? await processorSeconds(Number(pid)) : undefined;
        },
      };
    },
  };
}

/** Returns how the container ended, and removes it. */
async function takeExit(name: string): Promise<ContainerExit> {
  const text = await runCommand(["docker", "inspect", "--format={{json .State}}", name]);
  await runCommand(["docker", "rm", "--force", "--volumes", name]);
  const state: {
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Error: string;
  } = JSON.parse(text);
  const reason = state.OOMKilled
    ? "OutOfMemoryError: Container killed due to memory usage"
    : state.Error && `CannotStartContainerError: ${state.Error}`;
  return { code: state.ExitCode, ...(reason && { reason }) };
}
