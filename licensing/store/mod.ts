/**
 * The licensing service's database.
 *
 * @module
 */

export { migrations } from "./migrations.ts";
export { sqlLicenseStore } from "./sql_license_store.ts";
