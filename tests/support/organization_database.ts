/**
 * Databases of the organization service for one test: empty, with their tables.
 *
 * @module
 */

import { migrationsOf } from "@cauce/organization/store";
import { type Database, migrate, openDatabase } from "@cauce/platform/database";
import { silentLogger } from "@cauce/messaging";
import { freshDatabase } from "./postgres.ts";

/** A database that goes with the test. */
export interface OpenedDatabase extends AsyncDisposable {
  readonly url: string;
  readonly database: Database;
}

/** Opens a database by its kind. */
export interface DatabaseKind {
  readonly name: string;
  readonly open: () => Promise<OpenedDatabase>;
}

/** The two databases every store runs on. */
export const databaseKinds: readonly DatabaseKind[] = [
  { name: "SQLite", open: openSqliteDatabase },
  { name: "PostgreSQL", open: openPostgresDatabase },
];

/** A SQLite file. */
export async function openSqliteDatabase(): Promise<OpenedDatabase> {
  const folder = await Deno.makeTempDir({ prefix: "organization-" });
  const url = `sqlite:${folder}/organization.sqlite`;
  const database = await open(url);
  return {
    url,
    database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A database in the tests' PostgreSQL. */
export async function openPostgresDatabase(): Promise<OpenedDatabase> {
  const fresh = await freshDatabase();
  const database = await open(fresh.url);
  return {
    url: fresh.url,
    database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

async function open(url: string): Promise<Database> {
  const database = await openDatabase(url, { logger: silentLogger });
  await migrate(database, migrationsOf(database.dialect));
  return database;
}
