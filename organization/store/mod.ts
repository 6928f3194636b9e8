/**
 * The organization service's database.
 *
 * @module
 */

export { migrationsOf } from "./migrations.ts";
export { sqlOrganizationStore } from "./sql_organization_store.ts";
export { insertOutboxEvent, sqlOutbox } from "./sql_outbox.ts";
