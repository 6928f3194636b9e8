/**
 * The licensing service's own settings: the configuration reference is made from them.
 *
 * @module
 */

import {
  commonSettings,
  databaseSslCa,
  databaseUrl,
  defineConfig,
  httpUrl,
  integer,
  lagLogMs,
  oneOf,
  port,
  redisUrl,
} from "@cauce/platform";
import { organizationCredentials, whyCredentials } from "./organization_credentials.ts";

const DAY_MS = 86_400_000;

function ms(defaultMs: number, description: string) {
  return integer({ min: 1, max: 365 * DAY_MS }).default(defaultMs).describe(
    `${description}, in ms`,
  );
}

/** Under their environment names. */
export const licensingSettings = defineConfig({
  ...commonSettings,
  PORT: port(8080),
  DATABASE_URL: databaseUrl,
  DATABASE_SSL_CA: databaseSslCa,
  ORGANIZATION_URL: httpUrl().default("http://127.0.0.1:8081")
    .describe("Where the organization service is"),
  ...organizationCredentials,
  ORGANIZATION_TIMEOUT_MS: ms(
    2000,
    "How long asking the organization service may take with its retry; less than CACHE_LEASE_MS",
  ),
  ORGANIZATION_MAX_CONCURRENT: integer({ min: 1, max: 10_000 }).default(32)
    .describe("How many requests to the organization service run at once; four times as many wait"),
  CACHE_STORE: oneOf(["redis", "memory"]).optional()
    .describe("redis, or memory: the cache of a single process, for a service that is only one"),
  CACHE_REDIS_URL: redisUrl.optional().meta({
    description: "The cache's Redis; several addresses are one cluster. Default: REDIS_URL",
    secret: true,
  }),
  REDIS_URL: redisUrl.optional().meta({
    description: "Redis of the binder, and of the cache unless CACHE_REDIS_URL is set",
    secret: true,
  }),
  CACHE_TTL_MS: ms(600_000, "How long an organization is cached at most, ±20 %"),
  CACHE_NEGATIVE_TTL_MS: ms(30_000, "The same for one that is deleted or unknown"),
  CACHE_KEEP_MS: ms(
    7 * DAY_MS,
    "How long the cache remembers a version it was told of; at least what the broker retains",
  ),
  CACHE_LEASE_MS: ms(3000, "How long one reader has the right to load an organization"),
  CACHE_WAIT_MS: ms(500, "How long other readers wait for it before they ask for themselves"),
  CACHE_MAX_STALE_MS: ms(
    3_600_000,
    "How long an organization that may have changed is still shown while its service is down",
  ),
  CACHE_PROOF_MS: integer({ min: 0, max: 365 * DAY_MS }).default(2000).describe(
    "How old the proof may be that a hit is current before the organization service is asked; 0 needs none, in ms",
  ),
  CACHE_COMMAND_TIMEOUT_MS: ms(500, "How long the cache's Redis may take to answer a command"),
  CACHE_MAX_ENTRIES: integer({ min: 1, max: 100_000_000 }).default(10_000)
    .describe("How many organizations CACHE_STORE=memory holds"),
  LAG_LOG_MS: lagLogMs,
}, { neededForJwt: whyCredentials });
