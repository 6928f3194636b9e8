/**
 * Brings a database to the schema its service expects.
 *
 * @module
 */

import type { Database, Transaction } from "./database.ts";
import { MigrationError } from "./errors.ts";

/** A step, applied once, in one transaction. It must never be edited once it was released. */
export interface Migration {
  /** Unique among the service's. */
  readonly name: string;
  /** Run one after the other. */
  readonly statements: readonly string[];
}

interface AppliedRow {
  readonly name: string;
  readonly checksum: string;
}

/**
 * Applies what is missing, in order; several processes may do so at once. Returns the names applied
 * now. Rejects with `MigrationError`, and changes nothing more, when an applied one has changed.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
): Promise<string[]> {
  await database.transaction(async (transaction) => {
    await lockSchema(database, transaction);
    await transaction.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)`);
  });
  const applied: string[] = [];
  for (const migration of migrations) {
    if (await apply(database, migration)) applied.push(migration.name);
  }
  return applied;
}

async function apply(database: Database, { name, statements }: Migration): Promise<boolean> {
  const checksum = await checksumOf(statements);
  return await database.transaction(async (transaction) => {
    await lockSchema(database, transaction);
    const [row] = await transaction.query<AppliedRow>(
      "SELECT name, checksum FROM schema_migrations WHERE name = $1",
      [name],
    );
    if (row && row.checksum !== checksum) {
      throw new MigrationError(name, "it was applied with other statements; add a new migration");
    }
    if (row) return false;
    for (const statement of statements) await transaction.query(statement);
    await transaction.query(
      "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)",
      [name, checksum, Date.now()],
    );
    return true;
  });
}

const SCHEMA_LOCK = 7_236_411_905;

/** One process at a time. SQLite has one writer anyway. */
async function lockSchema({ dialect }: Database, transaction: Transaction): Promise<void> {
  if (dialect !== "postgres") return;
  await transaction.query("SELECT pg_advisory_xact_lock($1)", [SCHEMA_LOCK]);
}

async function checksumOf(statements: readonly string[]): Promise<string> {
  const text = statements.map((statement) => statement.replace(/\s+/g, " ").trim()).join(";\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
