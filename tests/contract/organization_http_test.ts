import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  create,
  details,
  openTestOrganization,
  ORGANIZATIONS,
  readProblem,
} from "../support/organization_service.ts";

Deno.test("POST creates an organization with version 1, its address and its tag", async () => {
  await using test = await openTestOrganization();

  const response = await test.send("POST", ORGANIZATIONS, { body: details });

  strictEqual(response.status, 201);
  strictEqual(response.headers.get("etag"), '"1"');
  const organization = await response.json();
  const { organizationId, ...rest } = organization;
  deepStrictEqual(rest, { ...details, version: 1 });
  const location = response.headers.get("location") ?? "";
  match(location, new RegExp(`${ORGANIZATIONS}/${organizationId}$`));
  const found = await fetch(new URL(location, test.service.url));
  strictEqual(found.headers.get("etag"), '"1"');
  deepStrictEqual(await found.json(), organization);
});

Deno.test("GET answers 304 without a body when the caller has the version", async () => {
  await using test = await openTestOrganization();
  const { organizationId } = await create(test);
  const path = `${ORGANIZATIONS}/${organizationId}`;

  const same = await test.call(path, { headers: { "if-none-match": '"1"' } });
  const other = await test.call(path, { headers: { "if-none-match": '"7"' } });

  strictEqual(same.status, 304);
  strictEqual(same.headers.get("etag"), '"1"');
  strictEqual(await same.text(), "");
  strictEqual(other.status, 200);
  await other.body?.cancel();
});

Deno.test("PUT and PATCH raise the version by one, the same content included", async () => {
  await using test = await openTestOrganization();
  const { organizationId } = await create(test);
  const path = `${ORGANIZATIONS}/${organizationId}`;

  const replaced = await test.send("PUT", path, { body: { ...details, name: "Renamed" } });
  const again = await test.send("PUT", path, { body: { ...details, name: "Renamed" } });
  const changed = await test.send("PATCH", path, { body: { contactPhone: "1" } });

  strictEqual((await replaced.json()).version, 2);
  strictEqual((await again.json()).version, 3);
  strictEqual(changed.headers.get("etag"), '"4"');
  deepStrictEqual(await changed.json(), {
    ...details,
    organizationId,
    name: "Renamed",
    contactPhone: "1",
    version: 4,
  });
});

Deno.test("DELETE leaves a version that every later 404 tells", async () => {
  await using test = await openTestOrganization();
  const { organizationId } = await create(test);
  const path = `${ORGANIZATIONS}/${organizationId}`;

  const deleted = await test.call(path, { method: "DELETE" });
  const found = await test.call(path);
  const again = await test.call(path, { method: "DELETE" });
  const replaced = await test.send("PUT", path, { body: details });

  strictEqual(deleted.status, 204);
  strictEqual(await deleted.text(), "");
  strictEqual(found.status, 404);
  strictEqual(found.headers.get("etag"), '"2"');
  strictEqual((await readProblem(found))["version"], 2);
  strictEqual((await readProblem(again))["version"], 2);
  strictEqual((await readProblem(replaced))["version"], 2);
});

Deno.test("an id that never existed is a 404 of version 0 without a tag", async () => {
  await using test = await openTestOrganization();

  const found = await test.call(`${ORGANIZATIONS}/never`);

  strictEqual(found.status, 404);
  strictEqual(found.headers.get("etag"), null);
  strictEqual((await readProblem(found))["version"], 0);
});

for (const method of ["PUT", "PATCH", "DELETE"]) {
  Deno.test(`${method} over another version than If-Match names is a 412 with the current tag`, async () => {
    await using test = await openTestOrganization();
    const { organizationId } = await create(test);
    const path = `${ORGANIZATIONS}/${organizationId}`;
    const write = (tag: string) =>
      method === "DELETE"
        ? test.call(path, { method, headers: { "if-match": tag } })
        : test.send(method, path, { body: details, headers: { "if-match": tag } });

    for (const stale of ['"7"', 'W/"1"', "nonsense"]) {
      const refused = await write(stale);
      strictEqual(refused.status, 412, stale);
      strictEqual(refused.headers.get("etag"), '"1"');
      await readProblem(refused);
    }
    const accepted = await write('"7", "1"');

    ok(accepted.ok);
    await accepted.body?.cancel();
  });
}

Deno.test("pages lead through all organizations once, by their next and by their Link", async () => {
  await using test = await openTestOrganization();
  const created = new Set<string>();
  for (const name of "abcde") created.add((await create(test, name)).organizationId);

  const seen: string[] = [];
  let path: string | undefined = `${ORGANIZATIONS}?limit=2`;
  while (path !== undefined) {
    const response: Response = await test.call(path);
    const page = await response.json();
    seen.push(...page.items.map((item: { organizationId: string }) => item.organizationId));
    const link = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "");
    strictEqual(link === null, page.next === null);
    path = link?.[1];
  }

  strictEqual(seen.length, 5);
  deepStrictEqual(new Set(seen), created);
});

Deno.test("the documents describe every route and the event", async () => {
  await using test = await openTestOrganization();

  const openApi = await (await test.call("/openapi.json")).json();
  const asyncApi = await (await test.call("/asyncapi.json")).json();
  const page = await test.call("/docs");

  match(openApi.openapi, /^3\.1/);
  deepStrictEqual(Object.keys(openApi.paths[ORGANIZATIONS]).sort(), ["get", "post"]);
  deepStrictEqual(
    Object.keys(openApi.paths[`${ORGANIZATIONS}/{organizationId}`]).sort(),
    ["delete", "get", "patch", "put"],
  );
  match(asyncApi.asyncapi, /^3\./);
  strictEqual(asyncApi.channels["organization-changes"].address, "organization-changes");
  strictEqual(asyncApi.operations["organization-changes-out"].action, "send");
  match(await page.text(), /<title>/);
});

Deno.test("health, readiness, metrics and bindings answer", async () => {
  await using test = await openTestOrganization();

  const ready = await test.call("/health/ready");
  const live = await test.call("/health/live");
  const health = await (await test.call("/health")).json();
  const metrics = await (await test.call("/metrics")).text();
  const bindings = await (await test.call("/bindings")).json();

  deepStrictEqual([ready.status, live.status], [200, 200]);
  await Promise.all([ready.body?.cancel(), live.body?.cancel()]);
  strictEqual(health.status, "UP");
  match(metrics, /^# HELP/m);
  deepStrictEqual(
    bindings.items.map((item: { name: string; direction: string }) => [item.name, item.direction]),
    [["organization-changes-out", "source"]],
  );
});
