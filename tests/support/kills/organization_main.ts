/**
 * The organization service with a clock that steps, and made wrong on purpose where an argument says
 * how: `marks-before-it-sends`, `event-apart` or `leases-by-its-own-clock`.
 *
 * @module
 */

import { openOrganization, parseOrganizationConfig } from "@cauce/organization";
import { createLogger } from "@cauce/platform";
import { type Database, openDatabase, type SqlValue } from "@cauce/platform/database";
import { installSteppingClock } from "./stepping_clock.ts";

const DATABASE_CLOCK = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";

const wrongs: Readonly<Record<string, (database: Database) => Database>> = {
  "marks-before-it-sends": (database) => ({
    ...database,
    async query<Row extends object>(text: string, parameters?: readonly SqlValue[]) {
      const rows = await database.query<Row & { sequence?: number }>(text, parameters);
      const isTaken = text.includes("FROM outbox") && text.includes("ORDER BY sequence");
      for (const { sequence } of isTaken ? rows : []) {
        await database.query("UPDATE outbox SET published_at = $1 WHERE sequence = $2", [
          Date.now(),
          sequence ?? 0,
        ]);
      }
      return rows;
    },
  }),

  "event-apart": (database) => ({
    ...database,
    async transaction(work) {
      let event: { text: string; parameters: readonly SqlValue[] } | undefined;
      const result = await database.transaction((transaction) =>
        work({
          ...transaction,
          query<Row extends object>(text: string, parameters: readonly SqlValue[] = []) {
            if (!text.startsWith("INSERT INTO outbox")) {
              return transaction.query<Row>(text, parameters);
            }
            event = { text, parameters };
            return Promise.resolve([]);
          },
        })
      );
      if (event !== undefined) await database.query(event.text, event.parameters);
      return result;
    },
  }),

  "leases-by-its-own-clock": (database) => ({
    ...database,
    query: (text, parameters) =>
      database.query(text.replaceAll(DATABASE_CLOCK, String(Date.now())), parameters),
  }),
};

installSteppingClock();
const [wrong] = Deno.args;
const makeWrong = wrong === undefined ? (database: Database) => database : wrongs[wrong];
if (makeWrong === undefined) throw new TypeError(`Cannot be wrong as "${wrong}"`);
const config = parseOrganizationConfig(Deno.env.toObject());
const logger = createLogger({ service: "organization", level: "info", format: "json" });
const database = makeWrong(await openDatabase(config.settings.DATABASE_URL, { logger }));
const service = await openOrganization(config, { logger, database });
logger.info("Started organization", { url: service.url });
