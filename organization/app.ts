/**
 * The organization service, put together: database, messaging, relay, HTTP.
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
import { createRelay, type Relay, type RelayEvent } from "@cauce/messaging/outbox";
import {
  createMetrics,
  createReadiness,
  named,
  openServer,
  type Server,
  type ServerOptions,
} from "@cauce/platform";
import { authComponents, createAuth } from "@cauce/platform/auth";
import { type Database, migrate, openDatabase } from "@cauce/platform/database";
import { createIdempotencyKeys } from "@cauce/platform/http";
import { openRateLimit } from "@cauce/platform/limits";
import { type OrganizationConfig, SOURCE_BINDING } from "./config.ts";
import { createOrganizationApp } from "./http/organization_app.ts";
import type { OrganizationStore } from "./organization_store.ts";
import { addOutboxMetrics, outboxCheck } from "./outbox_health.ts";
import { migrationsOf } from "./store/migrations.ts";
import { sqlOrganizationStore } from "./store/sql_organization_store.ts";
import { sqlOutbox } from "./store/sql_outbox.ts";

/** What a process gives the service beside its configuration. */
export interface OrganizationOptions {
  readonly logger: Logger;
  /** The memory broker that the services of one process share. */
  readonly memory?: MemoryBroker;
  readonly observe?: Observe;
  readonly observeRelay?: (event: RelayEvent) => void;
  /** Stands in for the configured database; stays the caller's. */
  readonly database?: Database;
  readonly binders?: NonNullable<MessagingOptions["binders"]>;
  /** What a person changes when the port is taken; `PORT` without it. */
  readonly portVariable?: string;
}

/** The parts a caller may use. */
export interface OrganizationParts {
  readonly store: OrganizationStore;
  readonly messaging: Messaging;
  readonly relay: Relay;
}

/** The service at work. Disposing it ends requests, then the relay, messaging and the database. */
export interface OrganizationService extends OrganizationParts, AsyncDisposable {
  readonly url: string;
}

const NAME = "organization";

/** Opens the service and listens. */
export async function openOrganization(
  config: OrganizationConfig,
  options: OrganizationOptions,
): Promise<OrganizationService> {
  const { parts, server } = await startOrganization(config, { ...options, listen: openServer });
  return { ...parts, url: server.url, [Symbol.asyncDispose]: () => server.close() };
}

/** Brings the database to its schema. Returns the names of what was applied. */
export async function migrateOrganization(
  { settings }: OrganizationConfig,
  { logger }: { readonly logger: Logger },
): Promise<string[]> {
  const { DATABASE_URL, DATABASE_SSL_CA: ca } = settings;
  await using database = await openDatabase(DATABASE_URL, { logger, ca });
  return await migrate(database, migrationsOf(database.dialect));
}

/** Starts all parts, then hands what HTTP needs to `listen`. Ends them again when that fails. */
export async function startOrganization(
  { settings, messaging: messagingConfig }: OrganizationConfig,
  options: OrganizationOptions & { readonly listen: (options: ServerOptions) => Server },
): Promise<{ readonly parts: OrganizationParts; readonly server: Server }> {
  const { logger, memory, observe, observeRelay, binders, listen } = options;
  await using opened = new AsyncDisposableStack();
  const database = options.database ??
    opened.use(
      await openDatabase(settings.DATABASE_URL, { logger, ca: settings.DATABASE_SSL_CA }),
    );
  await migrate(database, migrationsOf(database.dialect));

  const metrics = createMetrics({ service: NAME });
  const messaging = opened.use(createMessaging({
    config: messagingConfig,
    application: NAME,
    logger,
    observe(event) {
      metrics.observe(event);
      observe?.(event);
    },
    ...(memory && { memory }),
    ...(binders && { binders }),
  }));
  const store = sqlOrganizationStore(database);
  const outbox = sqlOutbox(database);
  const relay = opened.use(createRelay({
    store: outbox,
    source: messaging.source(organizationChanges, { needs: ["ordered"] }),
    channel: organizationChanges,
    owner: crypto.randomUUID(),
    logger,
    heartbeatMs: settings.OUTBOX_HEARTBEAT_MS,
    retentionMs: settings.OUTBOX_RETENTION_MS,
    ...(observeRelay && { observe: observeRelay }),
  }));
  addOutboxMetrics(metrics.registry, { outbox, relay });

  const readiness = createReadiness();
  const auth = createAuth(settings, { logger });
  const rateLimit = auth.mode === "jwt"
    ? opened.use(openRateLimit(settings, { service: NAME, logger }))
    : undefined;
  const app = createOrganizationApp({
    store,
    now: Date.now,
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
        outboxCheck({ outbox, relay }),
        ...authComponents(auth),
      ],
      bindings: messaging,
      metrics: metrics.registry,
    },
    binding: {
      name: SOURCE_BINDING,
      destination: messagingConfig.binding(SOURCE_BINDING).destination ?? organizationChanges.name,
    },
  });
  messaging.start();
  relay.start();
  const server = listen({
    app,
    host: settings.HOST,
    port: settings.PORT,
    readiness,
    logger,
    ...(options.portVariable !== undefined && { portVariable: options.portVariable }),
    stop: [
      named("relay", relay),
      named("messaging", messaging),
      ...(rateLimit ? [named("rate limit", rateLimit)] : []),
      ...(options.database ? [] : [named("database", database)]),
    ],
  });
  opened.move();
  return { parts: { store, messaging, relay }, server };
}
