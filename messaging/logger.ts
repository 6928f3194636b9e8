/**
 * The little a package asks of a logger.
 *
 * @module
 */

/** Takes a message in the past tense and its fields. Never throws. */
export interface Logger {
  /** Details for whoever looks into one case. */
  debug(message: string, fields?: Record<string, unknown>): void;
  /** What an operator likes to know. */
  info(message: string, fields?: Record<string, unknown>): void;
  /** Something is wrong and is being dealt with. */
  warn(message: string, fields?: Record<string, unknown>): void;
  /** Something is wrong and a person has to see to it. */
  error(message: string, fields?: Record<string, unknown>): void;
}

/** A logger that forgets: for libraries used without one, and for tests. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
