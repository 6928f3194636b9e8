/**
 * One connection to a SQLite file, its statements kept prepared.
 *
 * @module
 */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqlValue } from "./database.ts";
import { DatabaseFullError, DatabaseUnavailableError, UniqueViolationError } from "./errors.ts";

/** Runs statements at once, in the caller's turn. */
export interface SqliteConnection {
  query<Row extends object>(text: string, parameters: readonly SqlValue[]): Row[];
  run(text: string): void;
  /** Rolls back, also after SQLite did so by itself. */
  rollBack(): void;
  /** Changes when another connection has committed. */
  dataVersion(): number;
  close(): void;
}

const MAX_STATEMENTS = 200;
/** SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_ROWID. */
const UNIQUE_CODES = new Set<unknown>([1555, 2067, 2579]);
/** SQLITE_FULL, and SQLITE_IOERR_SHMSIZE for the file beside the log. */
const FULL_CODES = new Set<unknown>([13, 4874]);

/** Opens the file. Throws a `DatabaseUnavailableError` when it is no database or may not be opened. */
export function openSqliteConnection(
  file: string,
  { readOnly }: { readOnly: boolean },
): SqliteConnection {
  const database = open(file, readOnly);
  const statements = new Map<string, StatementSync>();

  function prepare(text: string): StatementSync {
    let statement = statements.get(text);
    if (!statement) {
      statement = database.prepare(text);
      const [oldest] = statements.keys();
      if (statements.size >= MAX_STATEMENTS && oldest !== undefined) statements.delete(oldest);
      statements.set(text, statement);
    }
    return statement;
  }

  return {
    query<Row extends object>(text: string, parameters: readonly SqlValue[]) {
      try {
        // Copied, for SQLite's rows have no prototype and PostgreSQL's do.
        return prepare(text).all(toNamed(parameters)).map((row) => ({ ...row })) as Row[];
      } catch (error) {
        throw toPortError(error);
      }
    },
    run(text) {
      // Prepared, for the errors of `exec` carry no code.
      try {
        prepare(text).run();
      } catch (error) {
        throw toPortError(error);
      }
    },
    rollBack() {
      if (database.isTransaction) database.exec("ROLLBACK");
    },
    dataVersion() {
      const row = prepare("PRAGMA data_version").get();
      return Number(row?.data_version);
    },
    close: () => database.close(),
  };
}

function open(file: string, readOnly: boolean): DatabaseSync {
  try {
    const database = new DatabaseSync(file);
    // The short wait covers another process's checkpoint; longer waits are the caller's.
    database.exec(`PRAGMA busy_timeout = 20`);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    database.exec("PRAGMA foreign_keys = ON");
    if (readOnly) database.exec("PRAGMA query_only = ON");
    return database;
  } catch (error) {
    const state = error instanceof Error ? error.message : String(error);
    throw new DatabaseUnavailableError(`sqlite:${file}`, state, { cause: error });
  }
}

/** SQLite takes `$1` for a name. */
function toNamed(parameters: readonly SqlValue[]): Record<string, SqlValue> {
  const named: Record<string, SqlValue> = {};
  for (const [index, value] of parameters.entries()) named[`$${index + 1}`] = value;
  return named;
}

function toPortError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { errcode } = error as { errcode?: unknown };
  if (FULL_CODES.has(errcode)) return new DatabaseFullError(error.message, { cause: error });
  if (!UNIQUE_CODES.has(errcode)) return error;
  return new UniqueViolationError(error.message, { cause: error });
}
