import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { Access, AccessTable } from "@cauce/platform/auth";
import { accessServices } from "../../tools/access_matrix.ts";
import { createTenant, openAuthServices } from "../support/auth_services.ts";
import { licenseDetails, licensesOf } from "../support/licensing_service.ts";
import { details, ORGANIZATIONS } from "../support/organization_service.ts";
import { mendedPayload, sendSpoiltChange } from "../support/spoilt_change.ts";
import { until } from "../support/until.ts";

Deno.test("a tenant cannot tell another tenant's organization from one that never was", async () => {
  await using services = await openAuthServices();
  const own = await createTenant(services);
  const other = await createTenant(services);
  const scopes = ["organization:read", "organization:write", "licenses:read", "licenses:write"];
  const token = await services.tokenFor(scopes, { organizationId: own.organizationId });
  const reads = (organizationId: string) =>
    [
      { service: "organization", path: `${ORGANIZATIONS}/${organizationId}` },
      { service: "licensing", path: licensesOf(organizationId) },
      { service: "licensing", path: `${licensesOf(organizationId)}/${other.licenseId}` },
    ] as const;
  const answersFor = async (organizationId: string) => {
    const answers = [];
    for (const read of reads(organizationId)) {
      const { status, body, headers } = await services.call({ ...read, method: "GET", token });
      answers.push({ status, body, etag: headers.get("etag") });
    }
    return answers;
  };

  const [existing, unknown] = [await answersFor(other.organizationId), await answersFor("nobody")];

  deepStrictEqual(existing, unknown);
  deepStrictEqual(existing.map(({ status }) => status), [404, 404, 404]);
});

Deno.test("a license of another tenant is not found under one's own organization", async () => {
  await using services = await openAuthServices();
  const own = await createTenant(services);
  const other = await createTenant(services);

  const answer = await services.call({
    service: "licensing",
    method: "GET",
    path: `${licensesOf(own.organizationId)}/${other.licenseId}`,
    token: await services.tokenFor(["licenses:read"], { organizationId: own.organizationId }),
  });

  strictEqual(answer.status, 404);
});

Deno.test("a refused reader makes licensing ask neither its cache nor organization", async () => {
  await using services = await openAuthServices();
  const { organizationId } = await createTenant(services);
  await services.licensing.cache.inspect(organizationId);
  const { organizationId: unread } = (await services.call({
    service: "organization",
    method: "POST",
    path: ORGANIZATIONS,
    body: details,
    token: await services.tokenFor(["organizations:admin"]),
  })).body;
  await until(
    async () => (await services.licensing.cache.inspect(unread))?.fence?.version === 1,
    "the event of its creation",
  );
  const before = await services.licensing.cache.inspect(unread);

  const answer = await services.call({
    service: "licensing",
    method: "GET",
    path: licensesOf(unread),
    token: await services.tokenFor(["licenses:read"], { organizationId }),
  });

  strictEqual(answer.status, 404);
  strictEqual((await services.licensing.cache.inspect(unread))?.fact, before?.fact);
  strictEqual(before?.fact, undefined);
});

Deno.test("another verb is answered 405 whoever asks, and HEAD sees what GET sees", async () => {
  await using services = await openAuthServices();
  const verbs = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
  const wrong: string[] = [];

  for (const { name, table } of accessServices) {
    const paths = new Set(Object.keys(table).map((route) => pathOf(route)));
    for (const path of paths) {
      for (const method of verbs) {
        const access = findRow(table, `${method === "HEAD" ? "GET" : method} ${path}`);
        const expected = access === undefined ? 405 : access.kind === "anyone" ? 200 : 401;
        const { status } = await services.call({ service: name, method, path });
        if (status !== expected) wrong.push(`${name} ${method} ${path}: ${status}`);
      }
    }
  }

  deepStrictEqual(wrong, []);
});

/** A path that the route takes. */
function pathOf(route: string): string {
  return (route.split(" ")[1] ?? "").replaceAll(/\{\w+\}/g, "some");
}

function findRow(table: AccessTable, request: string): Access | undefined {
  const [, access] =
    Object.entries(table).find(([route]) =>
      new RegExp(`^${route.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(request)
    ) ?? [];
  return access;
}

Deno.test("who edits a dead letter signs for it, by the subject of the access token", async () => {
  await using services = await openAuthServices();
  await sendSpoiltChange(services.memory);
  const token = await services.tokenFor(["operations:read", "operations:write"], { sub: "ana" });
  const call = (method: string, path: string, body?: unknown) =>
    services.call({
      service: "licensing",
      method,
      path,
      token,
      ...(body !== undefined && { body }),
    });
  const id = await until(
    async () => (await call("GET", "/dead-letters")).body.items[0]?.id as string | undefined,
    "the dead letter",
  );

  const edited = await call("PUT", `/dead-letters/${id}`, { payload: mendedPayload });
  const paused = await call("POST", "/bindings/organization-changes-in", { state: "paused" });
  const shown = await call("GET", `/dead-letters/${id}`);

  deepStrictEqual([edited.status, paused.status], [200, 200]);
  deepStrictEqual(shown.body.acts.map(({ kind, by }: Record<string, unknown>) => [kind, by]), [
    ["edited", "ana"],
  ]);
  const line = services.lines.find((line) => line.includes("Changed binding")) ?? "{}";
  const { by, subject } = JSON.parse(line);
  deepStrictEqual([by, subject], ["ana", "ana"]);
});

Deno.test("an Idempotency-Key is its caller's own", async () => {
  await using services = await openAuthServices();
  const create = async (sub: string) => {
    const answer = await services.call({
      service: "organization",
      method: "POST",
      path: ORGANIZATIONS,
      body: details,
      token: await services.tokenFor(["organizations:admin"], { sub }),
      headers: { "idempotency-key": "k1" },
    });
    return answer.body.organizationId;
  };

  const [first, again, other] = [await create("ana"), await create("ana"), await create("luz")];

  strictEqual(first, again);
  strictEqual(first === other, false);
});

Deno.test("licensing shows an organization by its own token, not by the caller's", async () => {
  await using services = await openAuthServices();
  const { organizationId, licenseId } = await createTenant(services);

  const { body } = await services.call({
    service: "licensing",
    method: "GET",
    path: `${licensesOf(organizationId)}/${licenseId}`,
    // Opens nothing at organization.
    token: await services.tokenFor(["licenses:read"], { organizationId, aud: "licensing" }),
  });

  strictEqual(body.organizationStatus, "current");
  strictEqual(body.organization.name, details.name);
});

Deno.test("licensing whose secret is wrong serves what it has, says so, and logs no secret", async () => {
  await using services = await openAuthServices({
    env: { ORGANIZATION_CLIENT_SECRET: "another secret" },
  });
  const token = await services.tokenFor(["licenses:read", "licenses:write"], {
    organizationId: "o1",
  });
  const call = (method: string, body?: unknown) =>
    services.call({
      service: "licensing",
      method,
      path: licensesOf("o1"),
      token,
      ...(body !== undefined && { body }),
    });

  const [listed, created] = [await call("GET"), await call("POST", licenseDetails)];

  strictEqual(listed.status, 200);
  strictEqual(created.status, 503);
  const log = services.lines.join("");
  match(log, /Cannot get an access token: status 401, \\"invalid_client\\"/);
  strictEqual(/another.{1,3}secret/.exec(log), null);
});

Deno.test("the OpenAPI documents say how to get in, and the page asks for the token", async () => {
  await using services = await openAuthServices();
  const token = await services.tokenFor(["operations:read"]);

  for (const { name, table } of accessServices) {
    const { body } = await services.call({
      service: name,
      method: "GET",
      path: "/openapi.json",
      token,
    });
    const operations = Object.entries<Record<string, Record<string, unknown>>>(body.paths)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({
          access: table[`${method.toUpperCase()} ${path}`],
          security: operation["security"],
          refusals: Object.keys(operation["responses"] ?? {}).filter((code) => /40[13]/.test(code)),
        }))
      );

    strictEqual(body.components.securitySchemes.accessToken.scheme, "bearer");
    for (const { access, security, refusals } of operations) {
      if (access === undefined || access.kind === "anyone") throw new Error("no row with scopes");
      const scopes = access.kind === "tenant"
        ? [access.scope, ...access.everywhere]
        : [access.scope];
      deepStrictEqual(security, scopes.map((scope) => ({ accessToken: [scope] })));
      deepStrictEqual(refusals, ["401", "403"]);
    }
    const page = await services.call({ service: name, method: "GET", path: "/docs" });
    match(page.body, /<input name="token" type="password"/);
  }
});
