/**
 * The system that the checker starts for itself: broker, cache, PostgreSQL, organization services
 * and two licensing services, each a process of its own as in production.
 *
 * @module
 */

import type { Say } from "../../dev/services/service.ts";
import { freshDatabase } from "../support/postgres.ts";
import { type BrokerName, openFaultyNetwork, openPlainNetwork } from "./networks.ts";
import { RestartableService } from "./restartable_service.ts";
import type { WatchedSystem } from "./watched_system.ts";

/** What to start. */
export interface OwnSystemOptions {
  readonly binder: BrokerName;
  /** Broker and cache of its own, behind proxies; otherwise from the provider's ladder. */
  readonly faults: boolean;
  /** More of every service's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly say: Say;
  /** Arguments of `deno run` instead of licensing's own permissions and `main.ts`. */
  readonly licensingArgs?: readonly string[];
}

const ORGANIZATIONS = 2;
const LICENSING = 2;
/** No expiry is to hide a stale entry. */
const TTL_MS = 3_600_000;

/** Starts everything; disposing ends it all. */
export async function openOwnSystem(options: OwnSystemOptions): Promise<WatchedSystem> {
  const { binder, faults, say } = options;
  await using opened = new AsyncDisposableStack();
  const network = opened.use(
    await (faults ? openFaultyNetwork : openPlainNetwork)({ binder, say }),
  );
  const organizationDatabase = opened.use(await freshDatabase(network.databaseUrl));
  const licensingDatabase = opened.use(await freshDatabase(network.databaseUrl));
  const destination = `organization-changes-${crypto.randomUUID().slice(0, 8)}`;
  const env = {
    MESSAGING_BINDER: binder,
    CACHE_TTL_MS: String(TTL_MS),
    ...network.env,
    ...options.env,
  };

  const organizations: RestartableService[] = [];
  while (organizations.length < ORGANIZATIONS) {
    const service = await RestartableService.start("organization", {
      env: {
        ...env,
        DATABASE_URL: organizationDatabase.url,
        MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_DESTINATION: destination,
      },
    });
    organizations.push(opened.use(service));
  }
  const licensing: RestartableService[] = [];
  while (licensing.length < LICENSING) {
    const service = await RestartableService.start("licensing", {
      env: {
        ...env,
        DATABASE_URL: licensingDatabase.url,
        ORGANIZATION_URL: organizations[licensing.length % ORGANIZATIONS]?.url ?? "",
        MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: destination,
      },
      args: options.licensingArgs,
    });
    licensing.push(opened.use(service));
  }
  const all = opened.move();
  return {
    organizations: organizations.map(({ url }) => url),
    licensing: licensing.map(({ url }) => url),
    messaging: {
      ...network.messaging,
      MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: destination,
    },
    ...(network.binders && { binders: network.binders }),
    cacheUrl: network.cacheUrl,
    ...(network.faultTargets && {
      faultTargets: { ...network.faultTargets, licensing, organizations },
    }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
