/**
 * Replies kept by idempotency key, written in the transaction of the write they answer.
 *
 * @module
 */

import type { Database, Queryable, Transaction } from "./database.ts";
import type { Migration } from "./migrate.ts";

/** The table of kept replies; put it among the service's migrations. */
export const idempotencyMigration: Migration = {
  name: "idempotency_keys",
  statements: [
    `CREATE TABLE idempotency_keys (
      scope TEXT NOT NULL,
      key TEXT NOT NULL,
      request_hash TEXT NOT NULL,
      status INTEGER NOT NULL,
      headers TEXT NOT NULL,
      body TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (scope, key))`,
    "CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at)",
  ],
};

/** How long a reply is kept. */
export const REPLY_TTL_MS = 24 * 60 * 60 * 1000;

/** Which request a reply belongs to. `scope` keeps operations and tenants apart. */
export interface RequestKey {
  /** The method and path, for example. */
  readonly scope: string;
  /** As the caller gave it. */
  readonly key: string;
  /** Of the body: another one under the same key is another request. */
  readonly requestHash: string;
}

/** An answer as it is kept; the body is what is sent as JSON. */
export interface Reply {
  /** The HTTP status. */
  readonly status: number;
  /** Those that belong to the reply, such as `location`. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent as JSON. */
  readonly body: unknown;
}

/** What is known of a key: its reply, or that it was used for another body. */
export type FoundReply =
  | { readonly kind: "same"; readonly reply: Reply }
  | { readonly kind: "other-body" };

interface Row {
  readonly request_hash: string;
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** Finds the reply kept for the key, unless it is older than a day at `now`. */
export async function findReply(
  database: Queryable,
  request: RequestKey,
  { now }: { now: number },
): Promise<FoundReply | undefined> {
  const [row] = await database.query<Row>(
    `SELECT request_hash, status, headers, body FROM idempotency_keys
      WHERE scope = $1 AND key = $2 AND created_at > $3`,
    [request.scope, request.key, now - REPLY_TTL_MS],
  );
  if (!row) return undefined;
  if (row.request_hash !== request.requestHash) return { kind: "other-body" };
  const { status, headers, body } = row;
  return { kind: "same", reply: { status, headers: JSON.parse(headers), body: JSON.parse(body) } };
}

/** Keeps the reply, in the write's own transaction, in place of one that is too old. */
export async function saveReply(
  transaction: Queryable,
  request: RequestKey,
  { reply, now }: { reply: Reply; now: number },
): Promise<void> {
  await transaction.query(
    `INSERT INTO idempotency_keys (scope, key, request_hash, status, headers, body, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash,
       status = excluded.status, headers = excluded.headers, body = excluded.body,
       created_at = excluded.created_at`,
    [
      request.scope,
      request.key,
      request.requestHash,
      reply.status,
      JSON.stringify(reply.headers),
      JSON.stringify(reply.body ?? null),
      now,
    ],
  );
}

/**
 * Takes the key until the transaction ends; false when another process has it now. On SQLite the
 * transaction itself has the file to itself, so nobody can.
 */
export async function takeKey(
  { dialect }: Pick<Database, "dialect">,
  transaction: Transaction,
  { scope, key }: RequestKey,
): Promise<boolean> {
  if (dialect !== "postgres") return true;
  const [row] = await transaction.query<{ taken: boolean }>(
    "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken",
    [`${scope}\n${key}`],
  );
  return row?.taken === true;
}

/** Deletes replies older than a day at `now`. */
export async function pruneReplies(database: Queryable, now: number): Promise<void> {
  await database.query("DELETE FROM idempotency_keys WHERE created_at <= $1", [now - REPLY_TTL_MS]);
}
