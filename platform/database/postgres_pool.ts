/**
 * A pool that is replaced when a connection of it falls silent.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import type { Sql } from "postgres";
import { connectPostgres } from "./postgres_connection.ts";

/** The pool of the moment, and the watch over what is asked of it. */
export interface PostgresPool {
  /** The server without secrets. */
  readonly address: string;
  current(): Sql;
  /**
   * Runs something that waits for the server's next answer. When none comes, everything that is
   * open on that pool rejects and a new pool takes its place: one silent connection tells that the
   * network is cut, and TCP itself would notice only after minutes.
   */
  watch<T>(sql: Sql, wait: () => PromiseLike<T>): Promise<T>;
  end(): Promise<void>;
}

/** What a pool differs in. */
export interface PostgresPoolOptions {
  readonly connections: number;
  readonly statementTimeoutMs: number;
  readonly logger: Logger;
}

/** The server's own limit comes first, so that silence means that the server cannot be heard. */
const SILENCE_BEYOND_MS = 2_000;

/** Prepares a pool; it connects with its first statement. */
export function createPostgresPool(url: string, options: PostgresPoolOptions): PostgresPool {
  const { statementTimeoutMs, logger } = options;
  let { sql: current, address } = connectPostgres(url, options);

  function replace(silent: Sql): void {
    if (current !== silent) return;
    logger.warn("Replaced the connections to a silent database", { address });
    current = connectPostgres(url, options).sql;
    void silent.end({ timeout: 0 });
  }

  return {
    address,
    current: () => current,
    async watch(sql, wait) {
      const timer = setTimeout(() => replace(sql), statementTimeoutMs + SILENCE_BEYOND_MS);
      try {
        return await wait();
      } finally {
        clearTimeout(timer);
      }
    },
    end: () => current.end({ timeout: 5 }),
  };
}
