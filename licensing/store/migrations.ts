/**
 * The tables of the licensing service, step by step. A step that was released never changes.
 *
 * @module
 */

import { idempotencyMigration, type Migration } from "@cauce/platform/database";

// The organization comes first in the key: it is asked for by every statement, and licenses of one
// organization lie together. No foreign key: organizations belong to another service.
const license = `
  CREATE TABLE license (
    organization_id TEXT NOT NULL,
    license_id TEXT NOT NULL,
    description TEXT NOT NULL,
    product_name TEXT NOT NULL,
    license_type TEXT NOT NULL,
    comment TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (organization_id, license_id)
  )`;

/** All steps, oldest first. */
export const migrations: readonly Migration[] = [
  { name: "001 license", statements: [license] },
  idempotencyMigration,
];
