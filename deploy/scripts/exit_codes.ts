/**
 * How a deploy script ends.
 *
 * @module
 */

/** Exit codes; 64 and 78 are those of sysexits. */
export const EXIT = {
  /** It is as it was asked for. */
  done: 0,
  /** AWS refused, or something else went wrong. */
  failed: 1,
  /** The release failed and the service is back at what it was. */
  rolledBack: 2,
  /** The release failed, and nothing brought the service back. */
  stopped: 3,
  /** Not there in time; it may still go on. */
  timedOut: 4,
  /** The rollback failed too. */
  rollbackFailed: 5,
  /** There is a plan, and nobody said yes to it. */
  planned: 6,
  /** The files break a rule. */
  refused: 7,
  /** The migration failed; nothing was released. */
  migrationFailed: 8,
  usage: 64,
  environment: 78,
} as const;

/** One of them. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];
