/**
 * A folder that stands for an image, and how its containers become local processes.
 *
 * @module
 */

import { succeeds } from "../../../../dev/services/run_command.ts";
import type { AssembledImage } from "../../../docker/assemble.ts";
import { localEnvironment } from "../../local_overrides.ts";
import { processorSeconds } from "../processor_time.ts";
import { type ContainerPlan, type Image, plannedEnvironment } from "../runtime.ts";
import { startContainer } from "./container_process.ts";

/** An image as a folder. */
export interface ImageFolder extends AssembledImage {
  /** Stands for `/app`. */
  readonly folder: string;
}

/** What a Deno needs to find its cache; the image has it at `/deno-dir`. */
const OWN_VARIABLES = ["PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "DENO_DIR"];

/** A local Deno stands for the image's. */
const DENO = "/bin/deno";

/** Returns the image whose containers are processes. They have no limits, user or root of their own. */
export function processImage(image: ImageFolder): Image {
  return {
    start(plan) {
      const { definition, logFile } = plan;
      const entryPoint = definition.entryPoint ?? image.entrypoint;
      const command = [...entryPoint, ...(plan.command ?? definition.command ?? [])];
      const { pid, exited, stop } = startContainer({
        command: command.map((argument) => hostPath(argument, image)),
        cwd: image.folder,
        env: environmentOf(plan, image),
        logFile,
      });
      return Promise.resolve({
        exited: exited.then((code) => ({ code })),
        stop: async (timeoutMs) => void await stop(timeoutMs),
        processorSeconds: () => processorSeconds(pid),
        check([, program = "", ...args], signal) {
          const command = [program, ...args].map((argument) => hostPath(argument, image));
          const place = { cwd: image.folder, clearEnv: true, env: ownVariables() };
          return succeeds(command, { ...place, signal });
        },
      });
    },
  };
}

function environmentOf(plan: ContainerPlan, image: ImageFolder): Record<string, string> {
  const { DENO_DIR: _, ...imageEnv } = image.env;
  const all = { ...imageEnv, ...plannedEnvironment(plan) };
  return { ...ownVariables(), ...localEnvironment(all, plan.place) };
}

function ownVariables(): Record<string, string> {
  return Object.fromEntries(OWN_VARIABLES.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function hostPath(argument: string, { folder }: ImageFolder): string {
  if (argument === DENO) return Deno.execPath();
  const denoDir = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME") ?? ""}/.cache/deno`;
  return argument.replaceAll(/(?<![\w.])\/app\b/g, folder).replaceAll("/deno-dir", denoDir);
}
