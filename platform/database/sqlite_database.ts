/**
 * A database in one file, by the SQLite that comes with the runtime.
 *
 * One connection writes, one transaction after another; another reads committed rows meanwhile.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError, type Logger } from "@cauce/messaging";
import type { Database, Queryable, SqlValue, Transaction } from "./database.ts";
import { DatabaseUnavailableError } from "./errors.ts";
import { createTopics } from "./topics.ts";
import { openSqliteConnection, type SqliteConnection } from "./sqlite_connection.ts";
import { createWriteLane } from "./write_lane.ts";

/** How often a listener looks for commits of other processes. */
const POLL_MS = 200;

/** What a database in a file differs in. */
export interface SqliteDatabaseOptions {
  readonly logger: Logger;
  /** How long a write waits for another process to commit. */
  readonly busyTimeoutMs: number;
}

/** Opens the file, and makes it and its folder when they are missing. `:memory:` lives as long as the database. */
export function openSqliteDatabase(
  file: string,
  { logger, busyTimeoutMs }: SqliteDatabaseOptions,
): Database {
  const isMemory = file === ":memory:";
  if (!isMemory) makeFolder(dirname(file));
  const writer = openSqliteConnection(file, { readOnly: false });
  const reader = isMemory ? writer : openSqliteConnection(file, { readOnly: true });
  const lane = createWriteLane();
  const inTransaction = new AsyncLocalStorage<true>();
  const topics = createTopics(logger);
  const poll = createCommitPoll(writer, () => topics.wakeAll());

  function assertOutside(what: string): void {
    if (!inTransaction.getStore()) return;
    // It would wait for the very transaction it is called from.
    throw new TypeError(`Cannot ${what} inside a transaction: use the transaction itself`);
  }

  async function write<T>(work: (notified: Set<string>) => Promise<T>): Promise<T> {
    const notified = new Set<string>();
    const result = await lane.run(async () => {
      await begin(writer, { file, busyTimeoutMs });
      try {
        const value = await inTransaction.run(true, () => work(notified));
        writer.run("COMMIT");
        return value;
      } catch (error) {
        writer.rollBack();
        throw error;
      }
    });
    for (const topic of notified) topics.wake(topic);
    return result;
  }

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    poll.stop();
    await lane.close();
    if (reader !== writer) reader.close();
    writer.close();
  }

  return {
    dialect: "sqlite",

    async query<Row extends object>(text: string, parameters: readonly SqlValue[] = []) {
      if (reader !== writer && isRead(text)) return reader.query<Row>(text, parameters);
      assertOutside("write to the database");
      return await write(() => Promise.resolve(writer.query<Row>(text, parameters)));
    },

    async transaction<T>(work: (transaction: Transaction) => Promise<T>) {
      assertOutside("begin a transaction");
      return await write((notified) => work(createTransaction(writer, notified)));
    },

    listen(topic, wake) {
      const listener = topics.add(topic, wake);
      poll.retain();
      return Promise.resolve({
        [Symbol.asyncDispose]() {
          if (listener.remove()) poll.release();
          return Promise.resolve();
        },
      });
    },

    // Async, so that a closed database is a rejection.
    // deno-lint-ignore require-await -- see above
    async ping() {
      reader.query("SELECT 1", []);
    },

    [Symbol.asyncDispose]: () => closing ??= close(),
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`DATABASE_URL: cannot make the folder "${folder}": ${reason}`]);
  }
}

function createTransaction(writer: SqliteConnection, notified: Set<string>): Transaction {
  const queryable: Queryable = {
    // Async, so that a failing statement is a rejection as it is on PostgreSQL.
    // deno-lint-ignore require-await -- see above
    async query<Row extends object>(text: string, parameters: readonly SqlValue[] = []) {
      return writer.query<Row>(text, parameters);
    },
  };
  return {
    ...queryable,
    notify(topic) {
      notified.add(topic);
      return Promise.resolve();
    },
  };
}

/** Takes the file's write lock. Waiting inside SQLite would stop this whole process, so it waits here. */
async function begin(
  writer: SqliteConnection,
  { file, busyTimeoutMs }: { readonly file: string; readonly busyTimeoutMs: number },
): Promise<void> {
  const deadline = performance.now() + busyTimeoutMs;
  for (let delayMs = 1;; delayMs = Math.min(delayMs * 2, 50)) {
    try {
      return writer.run("BEGIN IMMEDIATE");
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > deadline) {
        const state = `another process has been writing for ${busyTimeoutMs} ms`;
        throw new DatabaseUnavailableError(`sqlite:${file}`, state, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs * (0.5 + Math.random())));
    }
  }
}

/** `SQLITE_BUSY` and its extended codes. */
function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === "number" && (errcode & 0xff) === 5;
}

/** True for a statement the reading connection can run. A false negative only takes the slower way. */
function isRead(text: string): boolean {
  return /^\s*select\b/i.test(text);
}

/** Notices commits of other processes while someone listens: SQLite tells only who asks. */
function createCommitPoll(writer: SqliteConnection, onCommit: () => void) {
  let listeners = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  let seen = 0;

  function look(): void {
    const version = writer.dataVersion();
    if (version !== seen) onCommit();
    seen = version;
  }
  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }
  return {
    retain() {
      listeners += 1;
      if (timer !== undefined) return;
      seen = writer.dataVersion();
      timer = setInterval(look, POLL_MS);
    },
    release() {
      listeners -= 1;
      if (listeners === 0) stop();
    },
    stop,
  };
}
