/**
 * What every database promises of migrations.
 *
 * @module
 */

import { deepStrictEqual, rejects } from "node:assert/strict";
import { type Database, migrate, MigrationError } from "@cauce/platform/database";
import type { DatabaseCase } from "./cases.ts";

const TABLE = "CREATE TABLE thing (id TEXT PRIMARY KEY, n BIGINT)";

/** Applied once, whole, and never edited. */
export const migrateCases: readonly DatabaseCase[] = [
  {
    title: "migrations are applied once, by whichever of several processes comes first",
    async run({ database, another }) {
      const other = await another();
      const migrations = [
        { name: "1_thing", statements: [TABLE] },
        { name: "2_first", statements: ["INSERT INTO thing (id, n) VALUES ('a', 1)"] },
      ];

      const applied = await Promise.all([
        migrate(database, migrations),
        migrate(other, migrations),
        migrate(database, migrations),
      ]);

      deepStrictEqual(applied.flat().sort(), ["1_thing", "2_first"]);
      deepStrictEqual(await rowsOf(database), [{ id: "a", n: 1 }]);
    },
  },
  {
    title: "a migration that fails half-way leaves nothing",
    async run({ database }) {
      const broken = [{ name: "1", statements: [TABLE, "INSERT INTO nothing VALUES (1)"] }];

      await rejects(migrate(database, broken));

      await rejects(rowsOf(database));
      deepStrictEqual(await migrate(database, [{ name: "1", statements: [TABLE] }]), ["1"]);
    },
  },
  {
    title: "a migration that changed after it was applied is refused",
    async run({ database }) {
      await migrate(database, [{ name: "1", statements: [TABLE] }]);

      const changed = [{ name: "1", statements: [TABLE.replace("BIGINT", "TEXT")] }];

      await rejects(migrate(database, changed), MigrationError);
    },
  },
];

function rowsOf(database: Database): Promise<object[]> {
  return database.query("SELECT id, n FROM thing");
}
