/**
 * The two databases that fulfil the port: each opened empty, and once more by another process's eyes.
 *
 * @module
 */

import { silentLogger } from "@cauce/messaging";
import { type Database, openDatabase } from "@cauce/platform/database";
import { freshDatabase } from "../postgres.ts";

/** An empty database for one test. */
export interface DatabaseWorld extends AsyncDisposable {
  readonly database: Database;
  readonly url: string;
  /** Opens the same database once more, as another process would. */
  another(): Promise<Database>;
}

/** A database by its kind. */
export interface DatabaseUnderTest {
  readonly name: string;
  open(): Promise<DatabaseWorld>;
}

/** SQLite in a file, and a real PostgreSQL. */
export const databasesUnderTest: readonly DatabaseUnderTest[] = [
  { name: "SQLite", open: openSqlite },
  { name: "PostgreSQL", open: openPostgres },
];

async function openSqlite(): Promise<DatabaseWorld> {
  const folder = await Deno.makeTempDir({ prefix: "database-" });
  return await worldOf(
    `sqlite:${folder}/deep/file.db`,
    () => Deno.remove(folder, { recursive: true }),
  );
}

async function openPostgres(): Promise<DatabaseWorld> {
  const fresh = await freshDatabase();
  return await worldOf(fresh.url, () => fresh[Symbol.asyncDispose]());
}

async function worldOf(url: string, remove: () => PromiseLike<void>): Promise<DatabaseWorld> {
  const opened: Database[] = [];
  async function open(): Promise<Database> {
    const database = await openDatabase(url, { logger: silentLogger });
    opened.push(database);
    return database;
  }
  const database = await open();
  return {
    database,
    url,
    another: open,
    async [Symbol.asyncDispose]() {
      for (const each of opened.reverse()) await each[Symbol.asyncDispose]();
      await remove();
    },
  };
}
