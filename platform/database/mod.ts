/**
 * One small port over SQLite and PostgreSQL, migrations, and replies kept by idempotency key.
 *
 * @module
 */

export type { Database, Queryable, SqlValue, Transaction } from "./database.ts";
export {
  DatabaseFullError,
  DatabaseUnavailableError,
  MigrationError,
  UniqueViolationError,
} from "./errors.ts";
export {
  findReply,
  type FoundReply,
  idempotencyMigration,
  pruneReplies,
  type Reply,
  REPLY_TTL_MS,
  type RequestKey,
  saveReply,
  takeKey,
} from "./idempotency.ts";
export { migrate, type Migration } from "./migrate.ts";
export { type DatabaseOptions, openDatabase } from "./open_database.ts";
export { inboxMigration, pruneInbox, sqlInbox } from "./sql_inbox.ts";
