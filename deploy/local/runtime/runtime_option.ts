// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * The option `--runtime` of command-line programs.
 *
 * @module
 */

import { refuse } from "../../../dev/command_line.ts";
import { whyNoEngine } from "../../docker/engine.ts";
import { isRuntimeName, type RuntimeName } from "./runtime.ts";

/** EX_UNAVAILABLE of sysexits. */
const UNAVAILABLE_EXIT_CODE = 69;

/**
 * Returns the runtime. Ends the process with the usage where there is none of that name, and with
 * 69 and the reason where it cannot run anything here.
 */
export async function readRuntime(name: string, usage: string): Promise<RuntimeName> {
  if (!isRuntimeName(name)) {
    return refuse(`--runtime is process or docker, not "${name}"`, usage);
  }
  const why = name === "docker" ? await whyNoEngine() : undefined;
  if (why === undefined) return name;
  console.error(`--runtime docker: ${why}`);
  return Deno.exit(UNAVAILABLE_EXIT_CODE);
}
