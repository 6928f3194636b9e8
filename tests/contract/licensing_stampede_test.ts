import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { redisOrganizationCache } from "@cauce/licensing/cache";
import { silentLogger } from "@cauce/messaging";
import { redisUrl } from "../support/brokers.ts";
import { request } from "../support/http.ts";
import { createCachedLicense, rename } from "../support/main_job.ts";
import { organizationLoads } from "../support/organization_loads.ts";
import { openSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

/**
 * Who waits too long for another's load asks the organization service too, and so does who gets no
 * answer from Redis, or finds a load that began too long ago: how busy the machine is must not decide
 * how many loads are counted.
 */
const patient = {
  CACHE_WAIT_MS: "60000",
  CACHE_COMMAND_TIMEOUT_MS: "60000",
  CACHE_LEASE_MS: "60000",
  CACHE_PROOF_MS: "60000",
  ORGANIZATION_TIMEOUT_MS: "30000",
};

Deno.test("500 readers of an organization that just changed, at two processes, load it once", async () => {
  await using system = await openSystem({ broker: "redis", env: patient });
  const license = await createCachedLicense(system.addresses, "before");
  const { organizationId, licenseUrls } = license;
  await rename(license, "after");
  await fenced(organizationId, 2);
  const before = await organizationLoads(system.organization.url);

  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, index) => request("GET", licenseUrls[index % 2] ?? "")),
  );

  strictEqual(await organizationLoads(system.organization.url) - before, 1);
  const shown = new Set(answers.map(({ body }) => body.organization?.name));
  deepStrictEqual([...shown], ["after"]);
});

async function fenced(organizationId: string, version: number): Promise<void> {
  await using cache = redisOrganizationCache({
    url: await redisUrl(),
    commandTimeoutMs: 5000,
    logger: silentLogger,
  });
  await until(
    async () => (await cache.inspect(organizationId))?.fence?.version === version,
    `the fence at version ${version}`,
  );
}
