/**
 * A table that nobody else can read for a while, so that a request is in flight for as long as a
 * test wants.
 *
 * @module
 */

import postgres from "postgres";
import { until } from "../../support/until.ts";

/** A table that is held. Disposing releases it. */
export interface HeldTable extends AsyncDisposable {
  release(): Promise<void>;
  /** Resolves once a statement waits for the table. */
  untilWaited(): Promise<void>;
}

/** Takes the table. */
export async function holdTable(
  databaseUrl: string,
  table: "organization" | "license",
): Promise<HeldTable> {
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => {} });
  const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = sql.begin(async (transaction) => {
    await transaction.unsafe(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    held.resolve();
    await release.promise;
  });
  await Promise.race([held.promise, holding]);

  async function letGo(): Promise<void> {
    release.resolve();
    await holding;
    await sql.end();
  }

  return {
    release: letGo,
    async untilWaited() {
      await until(async () => {
        const waiting = await sql`SELECT FROM pg_locks WHERE NOT granted
          AND relation = ${table}::regclass`;
        return waiting.length > 0;
      }, `a statement that waits for "${table}"`);
    },
    [Symbol.asyncDispose]: letGo,
  };
}
