/**
 * One environment for two services: each gets its own port and database from it, and what dev
 * assumes where nothing is said.
 *
 * @module
 */

import { devDefaults } from "@cauce/platform";

/** A service that dev runs. */
export type DevServiceName = "organization" | "licensing";

/** Returns what the service reads; its `ORGANIZATION_…` or `LICENSING_…` variables become its own. */
export function toServiceEnv(
  env: Readonly<Record<string, string>>,
  service: DevServiceName,
): Record<string, string> {
  const prefix = service.toUpperCase();
  const { PORT: _port, DATABASE_URL: _database, ...shared } = env;
  const port = env[`${prefix}_PORT`];
  return {
    ...devDefaults,
    AUTH_AUDIENCE: service,
    ...shared,
    ...(port ? { PORT: port } : {}),
    DATABASE_URL: env[`${prefix}_DATABASE_URL`] || `sqlite:.data/${service}.sqlite`,
  };
}
