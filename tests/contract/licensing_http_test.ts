import { deepStrictEqual, match, notStrictEqual, strictEqual } from "node:assert/strict";
import {
  createWithLicense,
  fenced,
  licenseDetails,
  licensesOf,
  openTestLicensing,
  type TestLicensing,
} from "../support/licensing_service.ts";
import { create, details, ORGANIZATIONS } from "../support/organization_service.ts";
import { until } from "../support/until.ts";

async function rename(test: TestLicensing, organizationId: string, name: string): Promise<void> {
  const path = `${ORGANIZATIONS}/${organizationId}`;
  const response = await test.organization.send("PUT", path, { body: { ...details, name } });
  const { version } = await response.json();
  await fenced(test, { organizationId, version });
}

async function remove(test: TestLicensing, organizationId: string): Promise<void> {
  const path = `${ORGANIZATIONS}/${organizationId}`;
  const response = await test.organization.call(path, { method: "DELETE" });
  strictEqual(response.status, 204);
  await fenced(test, { organizationId, version: 2 });
}

Deno.test("POST creates a license that shows its organization, at its address", async () => {
  await using test = await openTestLicensing();

  const { organizationId, created } = await createWithLicense(test);

  strictEqual(created.status, 201);
  strictEqual(created.headers.get("etag"), '"1.1"');
  const { licenseId, ...rest } = created.body;
  deepStrictEqual(rest, {
    organizationId,
    ...licenseDetails,
    comment: null,
    version: 1,
    organization: { organizationId, ...details, version: 1 },
    organizationStatus: "current",
  });
  const location = created.headers.get("location") ?? "";
  strictEqual(location, `${licensesOf(organizationId)}/${licenseId}`);
  deepStrictEqual((await test.call("GET", location)).body, created.body);
});

Deno.test("POST for an organization that never was, or was deleted, is a 404", async () => {
  await using test = await openTestLicensing();
  const { organizationId } = await createWithLicense(test);
  await remove(test, organizationId);

  const unknown = await test.call("POST", licensesOf("nobody"), { body: licenseDetails });
  const gone = await test.call("POST", licensesOf(organizationId), { body: licenseDetails });

  strictEqual(unknown.status, 404);
  strictEqual(gone.status, 404);
  match(gone.body.detail, /deleted/);
});

Deno.test("a read is a miss once, then a hit, and a miss again after a change", async () => {
  await using test = await openTestLicensing();
  const { organizationId } = await create(test.organization);
  await fenced(test, { organizationId, version: 1 });

  const created = await test.call("POST", licensesOf(organizationId), { body: licenseDetails });
  const path = `${licensesOf(organizationId)}/${created.body.licenseId}`;
  const hit = await test.call("GET", path);
  await rename(test, organizationId, "Renamed");
  const changed = await test.call("GET", path);

  strictEqual(created.headers.get("cache-status"), "organization; fwd=miss; stored");
  strictEqual(hit.headers.get("cache-status"), "organization; hit");
  strictEqual(changed.headers.get("cache-status"), "organization; fwd=miss; stored");
  strictEqual(changed.body.organization.name, "Renamed");
  strictEqual(changed.headers.get("etag"), '"1.2"');
});

Deno.test("GET answers 304 only while neither license nor organization changed", async () => {
  await using test = await openTestLicensing();
  const { organizationId, path } = await createWithLicense(test);
  const headers = { "if-none-match": '"1.1"' };

  const same = await test.call("GET", path, { headers });
  await rename(test, organizationId, "Renamed");
  const changed = await test.call("GET", path, { headers });

  strictEqual(same.status, 304);
  strictEqual(same.body, "");
  strictEqual(same.headers.get("etag"), '"1.1"');
  match(same.headers.get("cache-status") ?? "", /^organization; /);
  strictEqual(changed.status, 200);
});

Deno.test("a deleted organization shows as deleted, and another tag says so", async () => {
  await using test = await openTestLicensing();
  const { organizationId, path, created } = await createWithLicense(test);
  await remove(test, organizationId);

  const read = await test.call("GET", path);

  strictEqual(read.status, 200);
  strictEqual(read.body.organization, null);
  strictEqual(read.body.organizationStatus, "deleted");
  notStrictEqual(read.headers.get("etag"), created.headers.get("etag"));
  strictEqual(
    (await test.call("GET", path)).headers.get("cache-status"),
    "organization; hit",
  );
});

Deno.test("x-min-organization-version is never answered with an older organization", async () => {
  await using test = await openTestLicensing();
  const { organizationId, path } = await createWithLicense(test);
  const url = `${ORGANIZATIONS}/${organizationId}`;
  await (await test.organization.send("PUT", url, { body: { ...details, name: "Two" } })).json();

  // Sent at once: the event may still be on its way.
  const reached = await test.call("GET", path, { headers: { "x-min-organization-version": "2" } });
  const beyond = await test.call("GET", path, { headers: { "x-min-organization-version": "3" } });

  strictEqual(reached.body.organization.name, "Two");
  strictEqual(reached.body.organizationStatus, "current");
  strictEqual(beyond.status, 200);
  strictEqual(beyond.body.organization, null);
  strictEqual(beyond.body.organizationStatus, "unavailable");
});

Deno.test("PUT replaces the whole license over the version it is meant for", async () => {
  await using test = await openTestLicensing();
  const { organizationId, path, created } = await createWithLicense(test);
  await rename(test, organizationId, "Renamed");
  const body = { ...licenseDetails, comment: "first" };
  const put = (ifMatch: string, comment = "first") =>
    test.call("PUT", path, { body: { ...body, comment }, headers: { "if-match": ifMatch } });

  // The organization's part is of no concern to a license's write.
  const whole = await put(created.headers.get("etag") ?? "");
  const alone = await put('"2"', "second");
  const stale = await put('"2.2"', "third");

  strictEqual(whole.status, 200);
  strictEqual(whole.headers.get("etag"), '"2.2"');
  strictEqual(alone.body.comment, "second");
  strictEqual(alone.body.version, 3);
  strictEqual(stale.status, 412);
  strictEqual((await test.call("GET", path)).body.comment, "second");
});

Deno.test("DELETE removes the license of the version it is meant for", async () => {
  await using test = await openTestLicensing();
  const { path } = await createWithLicense(test);

  const stale = await test.call("DELETE", path, { headers: { "if-match": '"9"' } });
  const removed = await test.call("DELETE", path, { headers: { "if-match": '"1.1"' } });

  strictEqual(stale.status, 412);
  strictEqual(removed.status, 204);
  strictEqual((await test.call("GET", path)).status, 404);
  strictEqual((await test.call("DELETE", path)).status, 404);
});

Deno.test("another organization's license is a 404, whatever is done with it", async () => {
  await using test = await openTestLicensing();
  const { path, created } = await createWithLicense(test);
  const other = await create(test.organization);
  const foreign = `${licensesOf(other.organizationId)}/${created.body.licenseId}`;

  const answers = [
    await test.call("GET", foreign),
    await test.call("PUT", foreign, { body: licenseDetails }),
    await test.call("DELETE", foreign),
  ];

  deepStrictEqual(answers.map(({ status }) => status), [404, 404, 404]);
  strictEqual((await test.call("GET", path)).body.version, 1);
});

Deno.test("a list comes in pages, each with one look-up of the organization", async () => {
  await using test = await openTestLicensing();
  const { organizationId } = await createWithLicense(test);
  await test.call("POST", licensesOf(organizationId), { body: licenseDetails });
  await test.call("POST", licensesOf(organizationId), { body: licenseDetails });

  const first = await test.call("GET", `${licensesOf(organizationId)}?limit=2`);
  const link = /^<(.*)>; rel="next"$/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
  const second = await test.call("GET", link);

  strictEqual(first.headers.get("cache-status"), "organization; hit");
  strictEqual(first.body.items.length, 2);
  strictEqual(first.body.items[1].organization.name, details.name);
  strictEqual(second.body.items.length, 1);
  strictEqual(second.body.next, null);
  const ids = [...first.body.items, ...second.body.items].map(({ licenseId }) => licenseId);
  strictEqual(new Set(ids).size, 3);
});

Deno.test("POST with an Idempotency-Key creates once and answers the same", async () => {
  await using test = await openTestLicensing();
  const { organizationId } = await create(test.organization);
  const headers = { "idempotency-key": "k1" };
  const post = (body: unknown) => test.call("POST", licensesOf(organizationId), { body, headers });

  const first = await post(licenseDetails);
  const again = await post(licenseDetails);
  const other = await post({ ...licenseDetails, productName: "Other" });

  deepStrictEqual(again.body, first.body);
  strictEqual(again.status, 201);
  strictEqual(again.headers.get("location"), first.headers.get("location"));
  strictEqual(other.status, 422);
  const list = await test.call("GET", licensesOf(organizationId));
  strictEqual(list.body.items.length, 1);
});

Deno.test("the correlation id is echoed, and minted where there is none", async () => {
  await using test = await openTestLicensing();
  const { path } = await createWithLicense(test);

  const given = await test.call("GET", path, { headers: { "x-correlation-id": "c1" } });
  const minted = await test.call("GET", path);

  strictEqual(given.headers.get("x-correlation-id"), "c1");
  match(minted.headers.get("x-correlation-id") ?? "", /^[0-9a-f-]{36}$/);
});

Deno.test("health, bindings, metrics and documents are there", async () => {
  await using test = await openTestLicensing();
  const { path } = await createWithLicense(test);
  await test.call("GET", path);
  const sink = await until(async () => {
    const { items } = (await test.call("GET", "/bindings")).body;
    return items.find(({ state }: { state: string }) => state === "running");
  }, "the running sink");

  const health = await test.call("GET", "/health");
  const metrics = await test.call("GET", "/metrics");
  const openApi = await test.call("GET", "/openapi.json");
  const asyncApi = await test.call("GET", "/asyncapi.json");

  strictEqual(sink.name, "organization-changes-in");
  strictEqual(sink.group, "licensing");
  strictEqual(health.body.status, "UP");
  match(metrics.body, /organization_lookups_total\{.*cache="hit"/);
  strictEqual(openApi.body.openapi, "3.1.0");
  strictEqual(Object.keys(openApi.body.paths).filter((path) => path.startsWith("/v1/")).length, 2);
  strictEqual(asyncApi.body.operations["organization-changes-in"].action, "receive");
});
