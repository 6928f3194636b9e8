/**
 * The container engine that the program `docker` reaches, and whether it is of use here.
 *
 * @module
 */

import { runCommand } from "../../dev/services/run_command.ts";

/**
 * Returns why no container can run beside what stands around it; `undefined` where one can. An
 * engine in a virtual machine, or beyond a socket from outside, has another machine's network.
 */
export async function whyNoEngine(): Promise<string | undefined> {
  const name = await runCommand(["docker", "info", "--format={{.Name}}"]).catch(() => "");
  if (name.trim() === "") return "no container engine answers";
  if (name.trim() === Deno.hostname()) return undefined;
  return `the container engine's network is that of "${name.trim()}" and not this machine's`;
}
