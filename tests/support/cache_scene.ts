/**
 * Organizations that licensing services have in their cache, and what was acknowledged to them.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { request } from "./http.ts";
import {
  createWithLicense,
  openTestLicensing,
  type TestLicensing,
  type TestLicensingOptions,
} from "./licensing_service.ts";
import { organizationNamed } from "./main_job.ts";
import { ORGANIZATIONS } from "./organization_service.ts";
import { until } from "./until.ts";

/** An organization with one license. */
export interface CachedOrganization {
  readonly organizationId: string;
  /** Of its license, at each licensing service. */
  readonly path: string;
}

/** Services, a cache that has all organizations, and what is known of them. */
export interface CacheScene extends AsyncDisposable {
  readonly test: TestLicensing;
  readonly organizations: readonly CachedOrganization[];
  /** The highest version whose invalidation the cache acknowledged. */
  fenceOf(organizationId: string): number;
  /** The highest version that whoever reads now must see, however little the cache was told. */
  dueOf(organizationId: string): number;
  /** Changes an organization. */
  change(organization: CachedOrganization): Promise<void>;
  /** How often the origin was asked for an organization, unchanged ones included. */
  originLoads(): Promise<number>;
  /** Every service shows every organization as it is, from its cache; ms since `from`. */
  converged(from: number): Promise<number>;
}

/** What a scene may set beside the services' options. */
export interface CacheSceneOptions extends TestLicensingOptions {
  readonly organizations: number;
}

/** No entry may end by itself, and hide that it was stale. */
const TTL = { CACHE_TTL_MS: "3600000", CACHE_NEGATIVE_TTL_MS: "3600000" };
// What is promised.
const STALE_AT_MOST_MS = 2000;
const CONVERGED_WITHIN_MS = 10_000;

/** Opens everything and fills the cache. */
export async function openCacheScene(options: CacheSceneOptions): Promise<CacheScene> {
  await using opened = new AsyncDisposableStack();
  const fences = new Map<string, number>();
  /** Every change that was answered, the last one last. */
  const changes = new Map<string, { readonly version: number; readonly at: number }[]>();
  const latestOf = (organizationId: string) => changes.get(organizationId)?.at(-1)?.version;
  const test = opened.use(
    await openTestLicensing({
      instances: 2,
      ...options,
      env: { ...TTL, ...options.env },
      observeFenced({ change: { organizationId, version } }) {
        fences.set(organizationId, Math.max(version, fences.get(organizationId) ?? 0));
      },
    }),
  );
  const organizations: CachedOrganization[] = [];
  while (organizations.length < options.organizations) {
    const { organizationId, path } = await createWithLicense(test);
    organizations.push({ organizationId, path });
    changes.set(organizationId, [{ version: 1, at: performance.now() }]);
  }

  async function converged(from: number): Promise<number> {
    for (const { organizationId, path } of organizations) {
      for (const { url } of test.services) {
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

  // Events of the creations may still be on their way, and fence the first fills.
  await until(
    () => organizations.every(({ organizationId }) => fences.has(organizationId)),
    "them",
  );
  await converged(performance.now());
  const rest = opened.move();
  return {
    test,
    organizations,
    fenceOf: (organizationId) => fences.get(organizationId) ?? 0,
    dueOf(organizationId) {
      const due = performance.now() - STALE_AT_MOST_MS;
      return changes.get(organizationId)?.findLast(({ at }) => at < due)?.version ?? 0;
    },
    async change({ organizationId }) {
      const path = `${ORGANIZATIONS}/${organizationId}`;
      const body = organizationNamed(crypto.randomUUID());
      const { status, body: changed } = await request(
        "PUT",
        `${test.organization.service.url}${path}`,
        { body },
      );
      strictEqual(status, 200, JSON.stringify(changed));
      changes.get(organizationId)?.push({ version: changed.version, at: performance.now() });
    },
    async originLoads() {
      const text = await (await test.organization.call("/metrics")).text();
      const counts = text.split("\n").filter((line) =>
        line.startsWith("http_request_duration_seconds_count") && line.includes('method="GET"') &&
        line.includes(":organizationId")
      );
      return counts.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    },
    converged,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
