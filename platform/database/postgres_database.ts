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
import { createPostgresListener, WAKE_CHANNEL } from "./postgres_listener.ts";
import { connectPostgres, toPortError } from "./postgres_connection.ts";

/** Runs of one transaction's work before its failure is the caller's. */
const MAX_RUNS = 6;
/** Serialization failure, deadlock, lock not available. */
const AGAIN_CODES = new Set<unknown>(["40001", "40P01", "55P03"]);

/** Opens a pool. Rejects with `DatabaseUnavailableError` when the server does not answer within 5 s. */
export async function openPostgresDatabase(
  url: string,
  { logger }: { logger: Logger },
): Promise<Database> {
  const { sql, address } = connectPostgres(url, { connections: 10 });
  const port = (error: unknown) => toPortError(error, address);
  const listener = createPostgresListener(url, logger);

  async function run<Row extends object>(
    on: Sql | TransactionSql,
    { text, parameters }: { text: string; parameters: readonly SqlValue[] },
  ): Promise<Row[]> {
    try {
      return Array.from(await on.unsafe<Row[]>(text, [...parameters], { prepare: true }));
    } catch (error) {
      throw port(error);
    }
  }

  async function ping(): Promise<void> {
    await run(sql, { text: "SELECT 1", parameters: [] });
  }

  try {
    await ping();
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw error;
  }

  return {
    dialect: "postgres",
    query: (text, parameters = []) => run(sql, { text, parameters }),
    async transaction<T>(work: (transaction: Transaction) => Promise<T>) {
      for (let runs = 1;; runs += 1) {
        try {
          return await sql.begin((on) =>
            work({
              query: (text, parameters = []) => run(on, { text, parameters }),
              async notify(topic) {
                await on`SELECT pg_notify(${WAKE_CHANNEL}, ${topic})`;
              },
            })
          ) as T;
        } catch (error) {
          if (runs >= MAX_RUNS || !asksForAnotherRun(error)) throw port(error);
          logger.debug("Ran a transaction again", { runs, error });
          await new Promise((resolve) => setTimeout(resolve, 2 ** runs * Math.random() * 5));
        }
      }
    },
    listen: (topic, wake) => listener.listen(topic, wake),
    ping,
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      await sql.end({ timeout: 5 });
    },
  };
}

function asksForAnotherRun(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error &&
    AGAIN_CODES.has(error.code);
}
