/**
 * Opens the database an address names.
 *
 * @module
 */

import { ConfigError, type Logger, silentLogger } from "@cauce/messaging";
import type { Database } from "./database.ts";

/** What a database may be given. */
export interface DatabaseOptions {
  /** Gets what goes wrong between calls; silent if absent. */
  readonly logger?: Logger;
  /** PEM of the authorities that PostgreSQL's certificate may be from; the system's without it. */
  readonly ca?: string | undefined;
  /**
   * How long PostgreSQL may work on a statement, a wait for locks included, and how long SQLite waits
   * for another process that writes. 10,000 without it.
   */
  readonly statementTimeoutMs?: number;
}

/**
 * Opens `postgres://…`, `sqlite:<file>` or `sqlite::memory:`. Rejects with
 * `DatabaseUnavailableError` when it does not answer. Only the driver that is used is loaded.
 */
export async function openDatabase(
  url: string,
  { logger = silentLogger, ca, statementTimeoutMs = 10_000 }: DatabaseOptions = {},
): Promise<Database> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    const { openPostgresDatabase } = await import("./postgres_database.ts");
    return await openPostgresDatabase(url, { ca, logger, statementTimeoutMs });
  }
  if (url.startsWith("sqlite:")) {
    const { openSqliteDatabase } = await import("./sqlite_database.ts");
    return openSqliteDatabase(url.slice("sqlite:".length), {
      logger,
      busyTimeoutMs: statementTimeoutMs,
    });
  }
  throw new ConfigError(["DATABASE_URL: must start with postgres:// or sqlite:"]);
}
