/**
 * Organizations that licensing services have in their cache, and what was acknowledged to them.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { request } from "./http.ts";
import {
  licenseDetails,
  openTestLicensing,
  type TestLicensing,
  type TestLicensingOptions,
} from "./licensing_service.ts";
import { type Addresses, organizationNamed } from "./main_job.ts";
import { ORGANIZATIONS } from "./organization_service.ts";
import { openSystem, type System, type SystemOptions } from "./system.ts";
import { until } from "./until.ts";

/** An organization with one license. */
export interface CachedOrganization {
  readonly organizationId: string;
  /** Of its license, at each licensing service. */
  readonly path: string;
}

/** Services, a cache that has all organizations, and what is known of them. */
export interface CacheScene {
  readonly addresses: Addresses;
  readonly organizations: readonly CachedOrganization[];
  /** The highest version whose invalidation the cache acknowledged; 0 where nobody tells. */
  fenceOf(organizationId: string): number;
  /** The highest version that whoever reads now must see, however little the cache was told. */
  dueOf(organizationId: string): number;
  /** Changes an organization. */
  change(organization: CachedOrganization): Promise<void>;
  /** How often the origin was asked for an organization and sent it: revalidations are no loads. */
  originLoads(): Promise<number>;
  /** Every service shows every organization as it is, from its cache; ms since `from`. */
  converged(from: number): Promise<number>;
}

/** What is promised: so soon after a fault every service shows every organization as it is. */
export const CONVERGED_WITHIN_MS = 10_000;
/** What is promised of what is called current. */
const STALE_AT_MOST_MS = 2000;
/** No entry may end by itself, and hide that it was stale. */
const ENV = { CACHE_TTL_MS: "3600000", CACHE_NEGATIVE_TTL_MS: "3600000" };

/** Two licensing services in the test's process, and their cache filled. */
export async function openCacheScene(
  options: TestLicensingOptions & { readonly organizations: number },
): Promise<CacheScene & AsyncDisposable & { readonly test: TestLicensing }> {
  await using opened = new AsyncDisposableStack();
  const fences = new Map<string, number>();
  const test = opened.use(
    await openTestLicensing({
      instances: 2,
      ...options,
      env: { ...ENV, ...options.env },
      observeFenced({ change: { organizationId, version } }) {
        fences.set(organizationId, Math.max(version, fences.get(organizationId) ?? 0));
      },
    }),
  );
  const addresses = {
    organization: test.organization.service.url,
    licensing: test.services.map(({ url }) => url),
  };
  const fenceOf = (organizationId: string) => fences.get(organizationId) ?? 0;
  const scene = await fillScene(addresses, { organizations: options.organizations, fenceOf });
  const rest = opened.move();
  return { ...scene, test, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

/** The whole system as processes, and its cache filled. */
export async function openSystemScene(
  options: SystemOptions & { readonly organizations: number },
): Promise<CacheScene & AsyncDisposable & { readonly system: System }> {
  await using opened = new AsyncDisposableStack();
  const system = opened.use(await openSystem({ ...options, env: { ...ENV, ...options.env } }));
  const { addresses } = system;
  const scene = await fillScene(addresses, { ...options, fenceOf: () => 0 });
  const rest = opened.move();
  return { ...scene, system, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

async function fillScene(
  addresses: Addresses,
  { organizations: wanted, fenceOf }: {
    readonly organizations: number;
    readonly fenceOf: CacheScene["fenceOf"];
  },
): Promise<CacheScene> {
  /** Every change that was answered, the last one last. */
  const changes = new Map<string, { readonly version: number; readonly at: number }[]>();
  const latestOf = (organizationId: string) => changes.get(organizationId)?.at(-1)?.version;
  const organizations: CachedOrganization[] = [];
  while (organizations.length < wanted) {
    const one = await createOrganization(addresses);
    organizations.push(one);
    changes.set(one.organizationId, [{ version: 1, at: performance.now() }]);
  }

  async function converged(from: number): Promise<number> {
    for (const { organizationId, path } of organizations) {
      for (const url of addresses.licensing) {
        await until(
          async () => {
            const { status, headers, body } = await request("GET", `${url}${path}`);
            return status === 200 && body.organizationStatus === "current" &&
              body.organization.version === latestOf(organizationId) &&
              headers.get("cache-status")?.startsWith("organization; hit");
          },
          `version ${latestOf(organizationId)} at ${url}`,
          {
            timeoutMs: Math.max(1000, CONVERGED_WITHIN_MS - (performance.now() - from)),
          },
        );
      }
    }
    return performance.now() - from;
  }

  // Every partition has a watermark: a group that is new may begin without.
  for (const url of addresses.licensing) {
    const isUp = async () => (await request("GET", `${url}/health`)).body.status === "UP";
    await until(isUp, `all well at ${url}`, { timeoutMs: 20_000 });
  }
  // Events of the creations may still be on their way, and fence the first fills.
  await converged(performance.now());
  return {
    addresses,
    organizations,
    fenceOf,
    dueOf(organizationId) {
      const due = performance.now() - STALE_AT_MOST_MS;
      return changes.get(organizationId)?.findLast(({ at }) => at < due)?.version ?? 0;
    },
    async change({ organizationId }) {
      const { status, body } = await request(
        "PUT",
        `${addresses.organization}${ORGANIZATIONS}/${organizationId}`,
        { body: organizationNamed(crypto.randomUUID()) },
      );
      strictEqual(status, 200, JSON.stringify(body));
      changes.get(organizationId)?.push({ version: body.version, at: performance.now() });
    },
    async originLoads() {
      const { body } = await request("GET", `${addresses.organization}/metrics`);
      const counts = String(body).split("\n").filter((line) =>
        line.startsWith("http_request_duration_seconds_count") && line.includes('method="GET"') &&
        line.includes(":organizationId") && line.includes('status="200"')
      );
      return counts.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    },
    converged,
  };
}

async function createOrganization(
  { organization, licensing }: Addresses,
): Promise<CachedOrganization> {
  const created = await request("POST", `${organization}${ORGANIZATIONS}`, {
    body: organizationNamed("first"),
  });
  strictEqual(created.status, 201, JSON.stringify(created.body));
  const { organizationId } = created.body;
  const licenses = `${ORGANIZATIONS}/${organizationId}/license`;
  const license = await request("POST", `${licensing[0]}${licenses}`, { body: licenseDetails });
  strictEqual(license.status, 201, JSON.stringify(license.body));
  return { organizationId, path: `${licenses}/${license.body.licenseId}` };
}
