/**
 * The licensing service, put together: database, cache, messaging, HTTP.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import {
  createMessaging,
  type Logger,
  type MemoryBroker,
  type Messaging,
  type MessagingOptions,
  type Observe,
} from "@cauce/messaging";
import {
  createMetrics,
  createReadiness,
  logLag,
  named,
  openServer,
  type Server,
  type ServerOptions,
} from "@cauce/platform";
import {
  authComponents,
  clientCredentials,
  createAuth,
  type ServiceTokens,
} from "@cauce/platform/auth";
import { type Database, migrate, openDatabase } from "@cauce/platform/database";
import { createIdempotencyKeys } from "@cauce/platform/http";
import { openRateLimit, type RateLimitSettings } from "@cauce/platform/limits";
import { openCache } from "./cache/open_cache.ts";
import { createCacheMetrics } from "./cache_metrics.ts";
import { httpOrganizationClient } from "./clients/http_organization_client.ts";
import { type LicensingConfig, SINK_BINDING } from "./config.ts";
import { createFindOrganization } from "./find_organization.ts";
import { followWatermarks } from "./follow_watermarks.ts";
import { createLicensingApp } from "./http/licensing_app.ts";
import type { LicenseStore } from "./license_store.ts";
import { type Fenced, onOrganizationChanged } from "./on_organization_changed.ts";
import type { OrganizationCache } from "./organization_cache.ts";
import { ORGANIZATION_SCOPE } from "./organization_credentials.ts";
import { migrations } from "./store/migrations.ts";
import { sqlLicenseStore } from "./store/sql_license_store.ts";

/** What a process gives the service beside its configuration. */
export interface LicensingOptions {
  readonly logger: Logger;
  /** The memory broker that the services of one process share. */
  readonly memory?: MemoryBroker;
  readonly observe?: Observe;
  /** Takes every change once no reader can miss it any more. */
  readonly observeFenced?: (fenced: Fenced) => void;
  /** Comes between look-ups and the cache: for measurements. */
  readonly wrapCache?: (cache: OrganizationCache) => OrganizationCache;
  /** Stands in for the configured database; stays the caller's. */
  readonly database?: Database;
  readonly binders?: NonNullable<MessagingOptions["binders"]>;
  /** What a person changes when the port is taken; `PORT` without it. */
  readonly portVariable?: string;
}

/** The parts a caller may use. */
export interface LicensingParts {
  readonly store: LicenseStore;
  readonly cache: OrganizationCache;
  readonly messaging: Messaging;
}

/** The service at work. Disposing it ends requests, then messaging, the cache and the database. */
export interface LicensingService extends LicensingParts, AsyncDisposable {
  readonly url: string;
}

const NAME = "licensing";
/** How often the cache is asked for its watermarks. */
const FOLLOW_MS = 200;

/** Opens the service and listens. */
export async function openLicensing(
  config: LicensingConfig,
  options: LicensingOptions,
): Promise<LicensingService> {
  const { parts, server } = await startLicensing(config, { ...options, listen: openServer });
  return { ...parts, url: server.url, [Symbol.asyncDispose]: () => server.close() };
}

/** Brings the database to its schema. Returns the names of what was applied. */
export async function migrateLicensing(
  { settings }: LicensingConfig,
  { logger }: { readonly logger: Logger },
): Promise<string[]> {
  const { DATABASE_URL, DATABASE_SSL_CA: ca } = settings;
  await using database = await openDatabase(DATABASE_URL, { logger, ca });
  return await migrate(database, migrations);
}

/** Starts all parts, then hands what HTTP needs to `listen`. Ends them again when that fails. */
export async function startLicensing(
  config: LicensingConfig,
  options: LicensingOptions & { readonly listen: (options: ServerOptions) => Server },
): Promise<{ readonly parts: LicensingParts; readonly server: Server }> {
  const { settings, times } = config;
  const { logger, memory, observe, observeFenced, binders, listen } = options;
  await using opened = new AsyncDisposableStack();
  const database = options.database ??
    opened.use(
      await openDatabase(settings.DATABASE_URL, { logger, ca: settings.DATABASE_SSL_CA }),
    );
  await migrate(database, migrations);

  const metrics = createMetrics({ service: NAME });
  const cacheMetrics = createCacheMetrics(metrics.registry);
  const destination = config.messaging.binding(SINK_BINDING).destination ??
    organizationChanges.name;
  const { cache, watermarks } = openCache(config.cache, { destination, logger });
  opened.use(cache);
  const followed = opened.use(
    followWatermarks({ watermarks, intervalMs: FOLLOW_MS, now: () => performance.now() }),
  );
  cacheMetrics.showWatermarkAge(followed.ageMs);
  const findOrganization = createFindOrganization({
    cache: options.wrapCache?.(cache) ?? cache,
    origin: httpOrganizationClient({
      url: settings.ORGANIZATION_URL,
      timeoutMs: settings.ORGANIZATION_TIMEOUT_MS,
      maxConcurrent: settings.ORGANIZATION_MAX_CONCURRENT,
      logger,
      tokens: toTokens(settings),
    }),
    times,
    now: () => performance.now(),
    random: Math.random,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    newToken: () => crypto.randomUUID(),
    provenAt: followed.provenAt,
    observe: cacheMetrics.observeLookup,
  });

  const messaging = opened.use(createMessaging({
    config: config.messaging,
    application: NAME,
    logger,
    observe(event) {
      metrics.observe(event);
      observe?.(event);
    },
    ...(memory && { memory }),
    ...(binders && { binders }),
  }));
  const sink = onOrganizationChanged({
    cache,
    keepMs: times.keepMs,
    now: Date.now,
    observe(fenced) {
      cacheMetrics.observeFenced(fenced);
      observeFenced?.(fenced);
    },
  });
  messaging.sink(organizationChanges, sink, {
    group: NAME,
    needs: ["ordered"],
    async onWatermark(mark) {
      await watermarks.raiseWatermark(mark).catch(() => {
        // The next heartbeat comes soon; outages are told of by the cache's client and in health.
      });
    },
  });

  const readiness = createReadiness();
  const auth = createAuth(settings, { logger });
  const rateLimit = auth.mode === "jwt"
    ? opened.use(openRateLimit(rateSettings(config), { service: NAME, logger }))
    : undefined;
  const store = sqlLicenseStore(database);
  const app = createLicensingApp({
    store,
    storeIn: sqlLicenseStore,
    findOrganization,
    newId: () => crypto.randomUUID(),
    idempotencyKeys: createIdempotencyKeys({ database }),
    logger,
    observeRequest: metrics.observeRequest,
    auth,
    rateLimit,
    health: {
      readiness,
      components: [
        { name: "database", check: () => database.ping() },
        { name: "cache", check: () => cache.ping() },
        { name: "watermark", check: () => followed.requireAge(times.proofMs) },
        ...authComponents(auth),
      ],
      bindings: messaging,
      metrics: metrics.registry,
    },
    deadLetters: { bindings: [SINK_BINDING], open: messaging.deadLetters },
    binding: { name: SINK_BINDING, destination },
  });
  messaging.start();
  const lagLog = opened.use(
    logLag({ bindings: messaging, logger, intervalMs: settings.LAG_LOG_MS }),
  );
  const server = listen({
    app,
    host: settings.HOST,
    port: settings.PORT,
    readiness,
    logger,
    ...(options.portVariable !== undefined && { portVariable: options.portVariable }),
    stop: [
      named("lag log", lagLog),
      named("messaging", messaging),
      ...(rateLimit ? [named("rate limit", rateLimit)] : []),
      named("watermarks", followed),
      named("cache", cache),
      ...(options.database ? [] : [named("database", database)]),
    ],
  });
  opened.move();
  return { parts: { store, cache, messaging }, server };
}

/** The cache's Redis counts requests as well, where no other is named. */
function rateSettings({ settings, cache }: LicensingConfig): RateLimitSettings {
  const shared = cache.store === "redis" ? cache.url : undefined;
  return { ...settings, RATE_LIMIT_REDIS_URL: settings.RATE_LIMIT_REDIS_URL ?? shared };
}

function toTokens(settings: LicensingConfig["settings"]): ServiceTokens | undefined {
  const {
    ORGANIZATION_TOKEN_URL: tokenUrl,
    ORGANIZATION_CLIENT_ID: clientId,
    ORGANIZATION_CLIENT_SECRET: clientSecret,
  } = settings;
  if (tokenUrl === undefined || clientId === undefined || clientSecret === undefined) return;
  return clientCredentials({ tokenUrl, clientId, clientSecret, scope: ORGANIZATION_SCOPE });
}
