/**
 * The whole system as processes, as it runs in production: one organization service, licensing
 * services in one group, PostgreSQL, Redis for the cache, and a broker.
 *
 * @module
 */

import { kafkaBrokers, redisUrl, uniqueName } from "./brokers.ts";
import type { Addresses } from "./main_job.ts";
import { freshDatabase } from "./postgres.ts";
import { type RunningService, startService } from "./service_processes.ts";

/** A broker that needs another process. */
export type BrokerName = "kafka" | "redis";

/** What a test may set. */
export interface SystemOptions {
  readonly broker: BrokerName;
  /** Licensing services in one group; default 2. */
  readonly licensing?: number;
  /** More of every service's environment: a broker of the test's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** What runs instead of licensing's own `main.ts`. */
  readonly wrapper?: readonly string[];
}

/** The processes of one test. Disposing drains them, then drops their databases. */
export interface System extends AsyncDisposable {
  readonly addresses: Addresses;
  readonly organization: RunningService;
  readonly licensing: readonly RunningService[];
  /** Starts one more licensing service of the same group, from its own `main.ts`. */
  addLicensing(): Promise<RunningService>;
  /** Starts the organization service at the address and on the data of one that was killed. */
  startOrganization(): Promise<RunningService>;
}

/** Starts everything on free ports, with a destination and databases of its own. */
export async function openSystem(options: SystemOptions): Promise<System> {
  await using opened = new AsyncDisposableStack();
  const [organizationDatabase, licensingDatabase] = [await freshDatabase(), await freshDatabase()];
  opened.use(organizationDatabase);
  opened.use(licensingDatabase);
  const shared = await sharedEnv(options);
  const destination = uniqueName("organization-changes");
  const organizationEnv = {
    ...shared,
    DATABASE_URL: organizationDatabase.url,
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_DESTINATION: destination,
  };
  const organization = opened.use(await startService("organization", organizationEnv));
  const licensing: RunningService[] = [];
  const all = opened.move();

  async function addLicensing(wrapper?: readonly string[]): Promise<RunningService> {
    const service = await startService("licensing", {
      ...shared,
      DATABASE_URL: licensingDatabase.url,
      ORGANIZATION_URL: organization.url,
      MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: destination,
    }, wrapper);
    licensing.push(service);
    return all.use(service);
  }

  try {
    while (licensing.length < (options.licensing ?? 2)) await addLicensing(options.wrapper);
  } catch (error) {
    await all.disposeAsync();
    throw error;
  }
  return {
    addresses: { organization: organization.url, licensing: licensing.map(({ url }) => url) },
    organization,
    licensing,
    addLicensing: () => addLicensing(),
    async startOrganization() {
      const { port } = new URL(organization.url);
      return all.use(await startService("organization", { ...organizationEnv, PORT: port }));
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function sharedEnv({ broker, env }: SystemOptions): Promise<Record<string, string>> {
  return {
    MESSAGING_BINDER: broker,
    REDIS_URL: env?.["REDIS_URL"] ?? await redisUrl(),
    ...(broker === "kafka" && toKafkaEnv(env?.["KAFKA_BROKERS"] ?? await kafkaBrokers())),
    ...env,
  };
}

/** The brokers, and the permission to go where they send clients to: to other ports of theirs. */
function toKafkaEnv(brokers: string): Record<string, string> {
  return { KAFKA_BROKERS: brokers, NET_ALLOW: brokers.replaceAll(/:\d+(?=,|$)/g, "") };
}
