/**
 * The errors of a database that a caller is meant to catch.
 *
 * @module
 */

/** A row with this key exists already. */
export class UniqueViolationError extends Error {
  override readonly name = "UniqueViolationError";
  readonly retriable = false;

  constructor(state: string, options?: ErrorOptions) {
    super(`Cannot insert row: ${state}`, options);
  }
}

/** The database is out of reach, or did not answer in time. */
export class DatabaseUnavailableError extends Error {
  override readonly name = "DatabaseUnavailableError";
  readonly retriable = true;

  constructor(address: string, state: string, options?: ErrorOptions) {
    super(`Cannot reach the database at ${address}: ${state}`, options);
  }
}

/** An applied migration is not the one the service brings. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  readonly retriable = false;

  constructor(name: string, state: string, options?: ErrorOptions) {
    super(`Cannot migrate "${name}": ${state}`, options);
  }
}
