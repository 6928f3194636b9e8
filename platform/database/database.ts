/**
 * One small port over SQLite and PostgreSQL, so that a store is written once in SQL both speak.
 *
 * Parameters are `$1`, `$2`, … in both. Times are integers in ms since the epoch, JSON is text.
 *
 * @module
 */

/** What a parameter or a column may be. Integers stay within ±(2^53 − 1). */
export type SqlValue = string | number | null;

/** Runs one statement. Rejects with `UniqueViolationError` where a key exists, else with the driver's error. */
export interface Queryable {
  /** Resolves with the rows, none for a statement that returns none. */
  query<Row extends object>(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
}

/** A statement runner inside a transaction. */
export interface Transaction extends Queryable {
  /**
   * Wakes the listeners of a topic once the transaction committed: in this process, and in others
   * if it wrote something. Other processes may be woken for another topic's sake.
   */
  notify(topic: string): Promise<void>;
}

/** A database of one service. */
export interface Database extends Queryable, AsyncDisposable {
  /** For the few statements that differ. */
  readonly dialect: "sqlite" | "postgres";
  /**
   * Commits what `work` did, or nothing. Runs `work` again from its start when the database asks
   * for it (serialization failure, deadlock, busy), so `work` must have no other effect.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Calls back after commits that notified the topic. Survives a lost connection, calling back once after it. */
  listen(topic: string, wake: () => void): Promise<AsyncDisposable>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}
