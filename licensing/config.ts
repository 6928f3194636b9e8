/**
 * What the licensing service reads from its environment.
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
import { collectProblems, type Env, readConfig } from "@cauce/platform";
import type { z } from "zod";
import type { CacheTimes } from "./cache_times.ts";
import { licensingSettings } from "./settings.ts";

/** The name of the sink's binding. */
export const SINK_BINDING: string = `${organizationChanges.name}-in`;

type Settings = z.output<typeof licensingSettings>;

/** Where organizations are cached. */
export type CacheConfig =
  | { readonly store: "redis"; readonly url: string; readonly commandTimeoutMs: number }
  | { readonly store: "memory"; readonly maxEntries: number };

/** All the service reads. */
export interface LicensingConfig {
  readonly settings: Settings;
  readonly messaging: MessagingConfig;
  readonly cache: CacheConfig;
  readonly times: CacheTimes;
}

/** How to read it. */
export interface ParseLicensingOptions extends Partial<ParseMessagingOptions> {
  /** Where nothing says otherwise, a cache of this process: for development. */
  readonly embeddedCache?: boolean;
}

/**
 * Reads the environment. Throws one `ConfigError` with every problem of settings and messaging.
 * Where several services share a process, `bindings` names those of all.
 */
export function parseLicensingConfig(
  env: Env,
  { embeddedCache = false, ...options }: ParseLicensingOptions = {},
): LicensingConfig {
  const problems: string[] = [];
  const settings = collectProblems(problems, () => readConfig(licensingSettings, env));
  const messaging = collectProblems(
    problems,
    () => parseMessagingConfig(env, { bindings: [SINK_BINDING], ...options }),
  );
  const cache = settings && toCache(settings, { embeddedCache, problems });
  if (settings && settings.ORGANIZATION_TIMEOUT_MS >= settings.CACHE_LEASE_MS) {
    problems.push("ORGANIZATION_TIMEOUT_MS: must be less than CACHE_LEASE_MS");
  }
  if (settings === undefined || messaging === undefined || cache === undefined || problems.length) {
    throw new ConfigError(problems);
  }
  return { settings, messaging, cache, times: toTimes(settings) };
}

function toCache(
  settings: Settings,
  { embeddedCache, problems }: { readonly embeddedCache: boolean; readonly problems: string[] },
): CacheConfig | undefined {
  const url = settings.CACHE_REDIS_URL ?? settings.REDIS_URL;
  const store = settings.CACHE_STORE ?? (url === undefined && embeddedCache ? "memory" : "redis");
  if (store === "memory") return { store, maxEntries: settings.CACHE_MAX_ENTRIES };
  if (url !== undefined) return { store, url, commandTimeoutMs: settings.CACHE_COMMAND_TIMEOUT_MS };
  problems.push(
    "CACHE_REDIS_URL: set it or REDIS_URL, for example redis://127.0.0.1:6379; " +
      "CACHE_STORE=memory does without, where the service is a single process",
  );
  return undefined;
}

function toTimes(settings: Settings): CacheTimes {
  return {
    ttlMs: settings.CACHE_TTL_MS,
    negativeTtlMs: settings.CACHE_NEGATIVE_TTL_MS,
    keepMs: settings.CACHE_KEEP_MS,
    leaseMs: settings.CACHE_LEASE_MS,
    waitMs: settings.CACHE_WAIT_MS,
    maxStaleMs: settings.CACHE_MAX_STALE_MS,
    proofMs: settings.CACHE_PROOF_MS,
  };
}
