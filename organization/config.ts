/**
 * What the organization service reads from its environment.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import {
  ConfigError,
  type MessagingConfig,
  parseMessagingConfig,
  type ParseMessagingOptions,
} from "@cauce/messaging";
import {
  collectProblems,
  commonSettings,
  databaseSslCa,
  databaseUrl,
  defineConfig,
  type Env,
  integer,
  port,
  readConfig,
} from "@cauce/platform";
import type { z } from "zod";

const DAY_MS = 86_400_000;

/** The name of the source's binding. */
export const SOURCE_BINDING: string = `${organizationChanges.name}-out`;

/** The service's own settings; the configuration reference is made from it. */
export const organizationSettings = defineConfig({
  ...commonSettings,
  PORT: port(8081),
  DATABASE_URL: databaseUrl,
  DATABASE_SSL_CA: databaseSslCa,
  OUTBOX_HEARTBEAT_MS: integer({ min: 0, max: 60_000 }).default(500).describe(
    "How often consumers are told how far all changes have been sent, in ms; 0: never",
  ),
  OUTBOX_RETENTION_MS: integer({ min: 1, max: 365 * DAY_MS }).default(7 * DAY_MS).describe(
    "How long events that were published are kept, so that they can be published again, in ms",
  ),
});

/** All the service reads. */
export interface OrganizationConfig {
  readonly settings: z.output<typeof organizationSettings>;
  readonly messaging: MessagingConfig;
}

/**
 * Reads the environment. Throws one `ConfigError` with every problem of settings and messaging.
 * Where several services share a process, `bindings` names those of all.
 */
export function parseOrganizationConfig(
  env: Env,
  options: Partial<ParseMessagingOptions> = {},
): OrganizationConfig {
  const problems: string[] = [];
  const settings = collectProblems(problems, () => readConfig(organizationSettings, env));
  const messaging = collectProblems(
    problems,
    () => parseMessagingConfig(env, { bindings: [SOURCE_BINDING], ...options }),
  );
  if (settings === undefined || messaging === undefined) throw new ConfigError(problems);
  return { settings, messaging };
}
