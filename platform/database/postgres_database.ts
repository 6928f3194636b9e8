/**
 * A database on a PostgreSQL server, by npm:postgres.
 *
 * Transactions run at READ COMMITTED: a statement sees what was committed when it began.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import type { Sql, TransactionSql } from "postgres";
import type { Database, SqlValue, Transaction } from "./database.ts";
import { toPortError } from "./postgres_connection.ts";
import { createPostgresListener, WAKE_CHANNEL } from "./postgres_listener.ts";
import { createPostgresPool, type PostgresPool } from "./postgres_pool.ts";

/** Runs of one transaction's work before its failure is the caller's. */
const MAX_RUNS = 6;
/** Serialization failure, deadlock, lock not available. */
const AGAIN_CODES = new Set<unknown>(["40001", "40P01", "55P03"]);
const CONNECTIONS = 10;

interface Statement {
  readonly text: string;
  readonly parameters?: readonly SqlValue[];
}

/** Opens a pool. Rejects with `DatabaseUnavailableError` when the server does not answer within 3 s. */
export async function openPostgresDatabase(
  url: string,
  { logger, statementTimeoutMs }: { logger: Logger; statementTimeoutMs: number },
): Promise<Database> {
  const pool = createPostgresPool(url, { connections: CONNECTIONS, statementTimeoutMs, logger });
  const listener = createPostgresListener(url, logger);
  let closing: Promise<void> | undefined;

  async function ask<Row extends object>(statement: Statement): Promise<Row[]> {
    const sql = pool.current();
    try {
      return await pool.watch(sql, () => run<Row>(sql, statement));
    } catch (error) {
      throw toPortError(error, pool.address);
    }
  }

  async function ping(): Promise<void> {
    await ask({ text: "SELECT 1" });
  }

  async function close(): Promise<void> {
    await listener[Symbol.asyncDispose]();
    await pool.end();
  }

  try {
    await ping();
  } catch (error) {
    await pool.end();
    throw error;
  }

  return {
    dialect: "postgres",
    query: (text, parameters = []) => ask({ text, parameters }),
    async transaction<T>(work: (transaction: Transaction) => Promise<T>) {
      for (let runs = 1;; runs += 1) {
        try {
          return await runTransaction(pool, work);
        } catch (error) {
          if (runs >= MAX_RUNS || !asksForAnotherRun(error)) throw toPortError(error, pool.address);
          logger.debug("Ran a transaction again", { runs, error });
          await new Promise((resolve) => setTimeout(resolve, 2 ** runs * Math.random() * 5));
        }
      }
    },
    listen: (topic, wake) => listener.listen(topic, wake),
    ping,
    [Symbol.asyncDispose]: () => closing ??= close(),
  };
}

async function run<Row extends object>(
  on: Sql | TransactionSql,
  { text, parameters = [] }: Statement,
): Promise<Row[]> {
  return Array.from(await on.unsafe<Row[]>(text, [...parameters], { prepare: true }));
}

/** Watches each wait for the server, from BEGIN to COMMIT, and not the work in between. */
async function runTransaction<T>(
  pool: PostgresPool,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const sql = pool.current();
  const begun = Promise.withResolvers<void>();
  const worked = Promise.withResolvers<void>();
  const result = sql.begin(async (on) => {
    begun.resolve();
    const ask = async <Row extends object>(statement: Statement): Promise<Row[]> => {
      try {
        return await pool.watch(sql, () => run<Row>(on, statement));
      } catch (error) {
        throw toPortError(error, pool.address);
      }
    };
    try {
      return await work({
        query: (text, parameters = []) => ask({ text, parameters }),
        async notify(topic) {
          await ask({ text: "SELECT pg_notify($1, $2)", parameters: [WAKE_CHANNEL, topic] });
        },
      });
    } finally {
      worked.resolve();
    }
  }) as Promise<T>;
  await pool.watch(sql, () => Promise.race([begun.promise, result]));
  await Promise.race([worked.promise, result]);
  return await pool.watch(sql, () => result);
}

function asksForAnotherRun(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error &&
    AGAIN_CODES.has(error.code);
}
