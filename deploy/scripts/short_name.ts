/**
 * Names for people.
 *
 * @module
 */

/** Returns the last part of an ARN, or the name itself where it is none: a revision, a task's id. */
export function shortName(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}
