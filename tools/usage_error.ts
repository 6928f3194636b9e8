/**
 * Arguments of a command line that cannot be used.
 *
 * @module
 */

/** What is wrong, for whoever typed it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
