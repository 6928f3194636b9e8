/**
 * Licensing services inside the test's process, with a real organization service behind a network
 * that can fail: real HTTP, SQLite, a memory broker.
 *
 * @module
 */

import {
  type Fenced,
  type LicensingService,
  openLicensing,
  parseLicensingConfig,
} from "@cauce/licensing";
import { silentLogger } from "@cauce/messaging";
import { type Answer, request, type RequestOptions } from "./http.ts";
import {
  create,
  openTestOrganization,
  ORGANIZATIONS,
  type TestOrganization,
} from "./organization_service.ts";
import { openTcpProxy, type TcpProxy } from "./tcp_proxy.ts";
import { until } from "./until.ts";

/** What a test may set. */
export interface TestLicensingOptions {
  /** The cache's Redis; in the process without it. */
  readonly redisUrl?: string;
  /** Licensing services in one group; 1 if absent. */
  readonly instances?: number;
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Takes every change once the cache acknowledged it. */
  readonly observeFenced?: (fenced: Fenced) => void;
}

/** The services of one test. */
export interface TestLicensing extends AsyncDisposable {
  readonly organization: TestOrganization;
  /** Between licensing and organization. */
  readonly network: TcpProxy;
  readonly services: readonly LicensingService[];
  /** Calls the first licensing service. */
  call(method: string, path: string, options?: RequestOptions): Promise<Answer>;
}

/** Starts the services on free ports. */
export async function openTestLicensing(
  { redisUrl, instances = 1, env = {}, observeFenced }: TestLicensingOptions = {},
): Promise<TestLicensing> {
  await using opened = new AsyncDisposableStack();
  const organization = opened.use(
    // Often, so that a busy machine leaves some in the time that one of them proves hits for.
    await openTestOrganization({ env: { OUTBOX_HEARTBEAT_MS: "100" } }),
  );
  const network = opened.use(
    openTcpProxy({ targetPort: Number(new URL(organization.service.url).port) }),
  );
  const folder = await Deno.makeTempDir({ prefix: "licensing-" });
  opened.defer(() => Deno.remove(folder, { recursive: true }));
  const config = parseLicensingConfig({
    AUTH: "open",
    HOST: "127.0.0.1",
    PORT: "0",
    DATABASE_URL: `sqlite:${folder}/licensing.sqlite`,
    MESSAGING_BINDER: "memory",
    ORGANIZATION_URL: `http://127.0.0.1:${network.port}`,
    ...(redisUrl === undefined ? {} : { CACHE_REDIS_URL: redisUrl }),
    ...env,
  }, { embeddedCache: true });
  const services: LicensingService[] = [];
  while (services.length < instances) {
    const options = {
      logger: silentLogger,
      memory: organization.memory,
      ...(observeFenced && { observeFenced }),
    };
    services.push(opened.use(await openLicensing(config, options)));
  }
  const [first] = services;
  if (first === undefined) throw new RangeError("Cannot test without a licensing service");
  for (const { cache } of services) {
    await until(() => cache.ping().then(() => true), "the cache");
  }
  const parts = opened.move();
  return {
    organization,
    network,
    services,
    call: (method, path, options) => request(method, `${first.url}${path}`, options),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** A body that fits. */
export const licenseDetails = {
  description: "Software product",
  productName: "Ostock",
  licenseType: "complete",
} as const;

/** Where an organization's licenses live. */
export function licensesOf(organizationId: string): string {
  return `${ORGANIZATIONS}/${encodeURIComponent(organizationId)}/license`;
}

/** Creates an organization with one license; its address and the answer that created it. */
export async function createWithLicense(
  test: TestLicensing,
): Promise<{ readonly organizationId: string; readonly path: string; readonly created: Answer }> {
  const { organizationId } = await create(test.organization);
  const created = await test.call("POST", licensesOf(organizationId), { body: licenseDetails });
  if (created.status !== 201) throw new Error(`Cannot create: ${JSON.stringify(created.body)}`);
  return {
    organizationId,
    path: `${licensesOf(organizationId)}/${created.body.licenseId}`,
    created,
  };
}

/** Waits until the cache knows of an organization's version. */
export async function fenced(
  { services }: TestLicensing,
  { organizationId, version }: { readonly organizationId: string; readonly version: number },
): Promise<void> {
  const [first] = services;
  await until(
    async () => (await first?.cache.inspect(organizationId))?.fence?.version === version,
    `the fence at version ${version}`,
  );
}
