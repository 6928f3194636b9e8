/**
 * The effects of changes, as rows of a database of their own.
 *
 * @module
 */

import type { Database, Migration } from "@cauce/platform/database";

/** The group of those who make them. */
export const EFFECTS_GROUP = "effects";

/** One change that took effect. */
export interface Effect {
  readonly eventId: string;
  readonly organizationId: string;
  readonly version: number;
  /** The process that made it. */
  readonly madeBy: number;
}

const NUMBER = {
  sqlite: "effect_number INTEGER PRIMARY KEY AUTOINCREMENT",
  postgres: "effect_number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
} as const;

/** The table. Nothing in it keeps an effect from being made twice: that is the inbox's part. */
export function effectsMigrationOf(dialect: Database["dialect"]): Migration {
  return {
    name: "effect",
    statements: [`CREATE TABLE effect (
      ${NUMBER[dialect]},
      event_id TEXT NOT NULL,
      organization_id TEXT NOT NULL,
      version BIGINT NOT NULL,
      made_by BIGINT NOT NULL)`],
  };
}

/** How many there are. */
export async function countEffects(database: Database): Promise<number> {
  const [row] = await database.query<{ effects: number }>("SELECT COUNT(*) AS effects FROM effect");
  return row?.effects ?? 0;
}

/** All of them, in the order in which they were made; for one organization that is the order of commits. */
export function readEffects(database: Database): Promise<Effect[]> {
  return database.query<Effect>(
    `SELECT event_id AS "eventId", organization_id AS "organizationId", version,
       made_by AS "madeBy" FROM effect ORDER BY effect_number`,
  );
}
