/**
 * A database of its own for a test, in the shared PostgreSQL.
 *
 * @module
 */

import postgres from "postgres";
import { postgresUrl } from "./brokers.ts";

/** An empty database. Disposing drops it, connections included. */
export interface FreshDatabase extends AsyncDisposable {
  readonly url: string;
}

/** Creates a database in the shared server, or in the one whose URL is given. */
export async function freshDatabase(server?: string): Promise<FreshDatabase> {
  const url = new URL(server ?? await postgresUrl());
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  await administer(url.href, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    url: own.href,
    async [Symbol.asyncDispose]() {
      await administer(
        url.href,
        `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`,
      );
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
