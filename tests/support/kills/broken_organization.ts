/**
 * The organization service made wrong on purpose: `marks-before-it-sends` or `event-apart`.
 *
 * @module
 */

import { openOrganization, parseOrganizationConfig } from "@cauce/organization";
import { createLogger } from "@cauce/platform";
import { type Database, openDatabase, type SqlValue } from "@cauce/platform/database";

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
};

const makeWrong = wrongs[Deno.args[0] ?? ""];
if (makeWrong === undefined) throw new TypeError(`Cannot be wrong as "${Deno.args[0]}"`);
const config = parseOrganizationConfig(Deno.env.toObject());
const logger = createLogger({ service: "organization", level: "info", format: "json" });
const database = makeWrong(await openDatabase(config.settings.DATABASE_URL, { logger }));
const service = await openOrganization(config, { logger, database });
logger.info("Started organization", { url: service.url });
