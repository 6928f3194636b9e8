/**
 * The little a package asks of a logger.
 *
 * @module
 */

/** Takes a message in the past tense and its fields. Never throws. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** A logger that forgets: for libraries used without one, and for tests. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
