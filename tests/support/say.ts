// deno-lint-ignore-file no-console -- tests talk to their terminal
/**
 * One line for a person, beside the results.
 *
 * @module
 */

/** Prints a line to standard error. */
export function say(line: string): void {
  console.error(line);
}
