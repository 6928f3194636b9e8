import { ok, strictEqual } from "node:assert/strict";
import { redisUrl } from "../support/brokers.ts";
import {
  createWithLicense,
  fenced,
  licenseDetails,
  licensesOf,
  openTestLicensing,
  type TestLicensing,
} from "../support/licensing_service.ts";
import { create, details, ORGANIZATIONS } from "../support/organization_service.ts";
import { openTcpProxy } from "../support/tcp_proxy.ts";
import { until } from "../support/until.ts";

/** Changes the organization, so that the cache holds a value below its fence. */
async function change(test: TestLicensing, organizationId: string, name: string): Promise<void> {
  const path = `${ORGANIZATIONS}/${organizationId}`;
  const response = await test.organization.send("PUT", path, { body: { ...details, name } });
  const { version } = await response.json();
  await fenced(test, { organizationId, version });
}

Deno.test("with organization down, a cached license is current and a changed one stale", async () => {
  await using test = await openTestLicensing();
  const { organizationId, path } = await createWithLicense(test);
  test.network.cut();

  const cached = await test.call("GET", path);
  await change(test, organizationId, "Renamed");
  const changed = await test.call("GET", path);
  const strict = await test.call("GET", path, { headers: { "x-min-organization-version": "2" } });

  strictEqual(cached.body.organizationStatus, "current");
  strictEqual(changed.status, 200);
  strictEqual(changed.headers.get("cache-status"), "organization; fwd=stale");
  strictEqual(changed.body.organizationStatus, "stale");
  strictEqual(changed.body.organization.name, details.name);
  strictEqual(changed.headers.get("etag"), '"1.1-stale"');
  strictEqual(strict.body.organizationStatus, "unavailable");
  strictEqual(strict.body.organization, null);

  test.network.heal();
  const shows = async () => (await test.call("GET", path)).body.organizationStatus === "current";
  await until(shows, "the organization after the outage");
});

Deno.test("an old organization is shown only for so long after it changed", async () => {
  await using test = await openTestLicensing({ env: { CACHE_MAX_STALE_MS: "200" } });
  const { organizationId, path } = await createWithLicense(test);
  test.network.cut();
  await change(test, organizationId, "Renamed");

  await until(
    async () => (await test.call("GET", path)).body.organizationStatus === "unavailable",
    "the end of the old value",
  );
});

Deno.test("with organization down, nobody can tell whether an uncached one exists", async () => {
  await using test = await openTestLicensing();
  const known = await createWithLicense(test);
  const { organizationId } = await create(test.organization);
  test.network.cut();

  const created = await test.call("POST", licensesOf(organizationId), { body: licenseDetails });
  const cached = await test.call("POST", licensesOf(known.organizationId), {
    body: licenseDetails,
  });
  const list = await test.call("GET", licensesOf(organizationId));

  strictEqual(created.status, 503);
  ok(Number(created.headers.get("retry-after")) > 0);
  strictEqual(created.headers.get("content-type"), "application/problem+json");
  strictEqual(cached.status, 201);
  strictEqual(list.status, 200);
});

Deno.test("an organization service that hangs costs a read no more than the look-up's time", async () => {
  await using test = await openTestLicensing({ env: { ORGANIZATION_TIMEOUT_MS: "300" } });
  const { organizationId, path } = await createWithLicense(test);
  await change(test, organizationId, "Renamed");
  test.network.freeze();

  const begun = performance.now();
  const answer = await test.call("GET", path);
  const tookMs = performance.now() - begun;
  test.network.heal();

  strictEqual(answer.body.organizationStatus, "stale");
  ok(tookMs < 2000, `${tookMs} ms`);
});

for (const fault of ["cut", "freeze"] as const) {
  Deno.test(`with Redis gone (${fault}), reads come from the origin and say so`, async () => {
    const shared = new URL(await redisUrl());
    await using redis = openTcpProxy({
      targetPort: Number(shared.port),
      targetHost: shared.hostname,
    });
    await using test = await openTestLicensing({ redisUrl: `redis://127.0.0.1:${redis.port}` });
    const { organizationId, path } = await createWithLicense(test);
    redis[fault]();
    const url = `${ORGANIZATIONS}/${organizationId}`;
    await (await test.organization.send("PUT", url, { body: { ...details, name: "Two" } })).json();

    const during = await test.call("GET", path);
    const health = await test.call("GET", "/health");

    strictEqual(during.status, 200);
    strictEqual(during.headers.get("cache-status"), "organization; fwd=bypass");
    strictEqual(during.body.organization.name, "Two");
    strictEqual(during.body.organizationStatus, "current");
    strictEqual(health.body.status, "DEGRADED");

    test.network.cut();
    const nothing = await test.call("GET", path);
    strictEqual(nothing.status, 200);
    strictEqual(nothing.body.organizationStatus, "unavailable");

    test.network.heal();
    redis.heal();
    // The event waited for Redis; it was neither lost nor dead-lettered.
    await fenced(test, { organizationId, version: 2 });
    const after = await until(async () => {
      const answer = await test.call("GET", path);
      return answer.headers.get("cache-status") === "organization; hit" && answer;
    }, "hits after the outage");
    strictEqual(after.body.organization.name, "Two");
  });
}
