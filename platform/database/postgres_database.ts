/**
 * A database on a PostgreSQL server, by npm:postgres.
 *
 * Transactions run at READ COMMITTED: a statement sees what was committed when it began.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import type { Database, Transaction } from "./database.ts";
import { createPostgresListener, WAKE_CHANNEL } from "./postgres_listener.ts";
import { createPostgresPool, type PostgresPool } from "./postgres_pool.ts";
import type { PostgresSession, Statement } from "./postgres_session.ts";

/** Runs of one transaction's work before its failure is the caller's. */
const MAX_RUNS = 6;
/** Serialization failure, deadlock, lock not available. */
const AGAIN_CODES = new Set<unknown>(["40001", "40P01", "55P03"]);
const CONNECTIONS = 10;

/** What `openDatabase` has for it. */
interface PostgresDatabaseOptions {
  readonly ca: string | undefined;
  readonly logger: Logger;
  readonly statementTimeoutMs: number;
}

/** Opens a pool. Rejects with `DatabaseUnavailableError` when the server does not answer within 3 s. */
export async function openPostgresDatabase(
  url: string,
  { ca, logger, statementTimeoutMs }: PostgresDatabaseOptions,
): Promise<Database> {
  const pool = createPostgresPool(url, {
    ca,
    connections: CONNECTIONS,
    statementTimeoutMs,
    logger,
  });
  const listener = createPostgresListener(url, { ca, logger });
  let closing: Promise<void> | undefined;

  function ask<Row extends object>(statement: Statement): Promise<Row[]> {
    return pool.use((session) => session.ask<Row>(statement));
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
          if (runs >= MAX_RUNS || !asksForAnotherRun(error)) throw error;
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

function runTransaction<T>(
  pool: PostgresPool,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return pool.use(async (session) => {
    await session.ask({ text: "BEGIN" });
    const { transaction, end } = createTransaction(session);
    try {
      const value = await work(transaction);
      end();
      await session.ask({ text: "COMMIT" });
      return value;
    } catch (error) {
      // The server rolls back by itself what a lost session began.
      if (!session.isLost) await session.ask({ text: "ROLLBACK" }).catch(session.lose);
      throw error;
    }
  });
}

function createTransaction(session: PostgresSession) {
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;

  async function ask<Row extends object>(statement: Statement): Promise<Row[]> {
    if (isOver) throw new TypeError("Cannot query: the transaction is over");
    try {
      return await session.ask<Row>(statement);
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  }

  const transaction: Transaction = {
    query: (text, parameters = []) => ask({ text, parameters }),
    async notify(topic) {
      await ask({ text: "SELECT pg_notify($1, $2)", parameters: [WAKE_CHANNEL, topic] });
    },
  };
  return {
    transaction,
    /** Throws where a statement failed, whoever caught it: PostgreSQL would answer COMMIT with a rollback. */
    end() {
      isOver = true;
      if (failure !== undefined) throw failure.error;
    },
  };
}

function asksForAnotherRun(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error &&
    AGAIN_CODES.has(error.code);
}
