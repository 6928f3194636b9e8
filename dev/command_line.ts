// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * Options of this repository's programs: `--help` everywhere, and a word about what is mistyped.
 *
 * @module
 */

import { parseArgs, type ParseArgsConfig } from "node:util";

/** EX_USAGE of sysexits. */
export const USAGE_EXIT_CODE = 64;

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * Returns the values of the program's options. Ends the process where there is nothing to do: with
 * the usage and 0 for `--help` or `-h`, with what is wrong, the usage and 64 for an option that
 * there is not.
 */
export function readOptions<const O extends Options>(
  options: O,
  usage: string,
): ReturnType<typeof parseArgs<{ options: O }>>["values"] {
  const help = { help: { type: "boolean", short: "h" } } as const;
  try {
    const { help: wanted, ...values } = parseArgs({ options: { ...options, ...help } }).values as
      & ReturnType<typeof parseArgs<{ options: O }>>["values"]
      & { help?: boolean };
    if (!wanted) return values as ReturnType<typeof parseArgs<{ options: O }>>["values"];
    console.log(usage);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuse(error.message, usage);
  }
  return Deno.exit(0);
}

/** Ends the process with what is wrong with the options, the usage and 64. */
export function refuse(problem: string, usage: string): never {
  console.error(`${problem}\n\n${usage}`);
  return Deno.exit(USAGE_EXIT_CODE);
}
