/**
 * How a process that cannot start ends: with a plain reason and a code a supervisor understands.
 *
 * @module
 */

import { ConfigError } from "@cauce/messaging";
import { redactText } from "./redact.ts";

/** `EX_CONFIG` of sysexits: starting again without another configuration is pointless. */
export const CONFIG_EXIT_CODE = 78;

/** Where the reasons go and how the process ends; for tests. */
export interface ExitOptions {
  /** Takes one line without its end; standard error if absent. */
  readonly write?: (line: string) => void;
  /** Ends the process; `Deno.exit` if absent. */
  readonly exit?: (code: number) => never;
}

/**
 * Ends the process: with every problem of a `ConfigError`, one a line, and code 78; with the
 * message of any other error and code 1.
 */
export function exitOnConfigError(error: unknown, options: ExitOptions = {}): never {
  const { write = writeToStderr, exit = Deno.exit } = options;
  if (error instanceof ConfigError) {
    for (const problem of error.problems) write(redactText(problem));
    return exit(CONFIG_EXIT_CODE);
  }
  write(redactText(error instanceof Error ? error.stack ?? error.message : String(error)));
  return exit(1);
}

function writeToStderr(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
