/**
 * The errors of a database that a caller is meant to catch.
 *
 * @module
 */

/** A row with this key exists already. */
export class UniqueViolationError extends Error {
  /** How callers and logs know it. */
  override readonly name = "UniqueViolationError";
  /** The key stays taken. */
  readonly retriable = false;

  /** `state` is what the database said. */
  constructor(state: string, options?: ErrorOptions) {
    super(`Cannot insert row: ${state}`, options);
  }
}

/** The database is out of reach, or did not answer in time. */
export class DatabaseUnavailableError extends Error {
  /** How callers and logs know it. */
  override readonly name = "DatabaseUnavailableError";
  /** The database may come back. */
  readonly retriable = true;

  /** `address` holds no password; `state` is what happened. */
  constructor(address: string, state: string, options?: ErrorOptions) {
    super(`Cannot reach the database at ${address}: ${state}`, options);
  }
}

/** The database has no room left. What it holds can still be read. */
export class DatabaseFullError extends Error {
  /** How callers and logs know it. */
  override readonly name = "DatabaseFullError";
  /** Somebody may make room. */
  readonly retriable = true;

  /** `state` is what the database said. */
  constructor(state: string, options?: ErrorOptions) {
    super(`Cannot write to the database: ${state}`, options);
  }
}

/** An applied migration is not the one the service brings. */
export class MigrationError extends Error {
  /** How callers and logs know it. */
  override readonly name = "MigrationError";
  /** The service and its database do not fit together. */
  readonly retriable = false;

  /** `name` is the migration's, `state` what is wrong with it. */
  constructor(name: string, state: string, options?: ErrorOptions) {
    super(`Cannot migrate "${name}": ${state}`, options);
  }
}
