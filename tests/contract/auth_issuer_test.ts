import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type AuthServices, createTenant, openAuthServices } from "../support/auth_services.ts";
import { licensesOf } from "../support/licensing_service.ts";
import { until } from "../support/until.ts";

async function readHealth(services: AuthServices, token?: string) {
  return await services.call({
    service: "organization",
    method: "GET",
    path: "/health",
    token: token ?? await services.tokenFor(["operations:read"]),
  });
}

Deno.test("while the issuer was never reached, a token is answered 503 and nobody is let in", async () => {
  await using services = await openAuthServices();
  services.network.cut();

  const answer = await readHealth(services);
  const probe = await services.call({
    service: "organization",
    method: "GET",
    path: "/health/live",
  });
  const nobody = await services.call({ service: "organization", method: "GET", path: "/health" });

  deepStrictEqual([answer.status, answer.headers.get("retry-after")], [503, "1"]);
  strictEqual(answer.headers.get("content-type"), "application/problem+json");
  deepStrictEqual([probe.status, nobody.status], [200, 401]);
  services.network.heal();
  await until(async () => (await readHealth(services)).status === 200, "the issuer's keys");
});

Deno.test("an issuer that says nothing holds a request for seconds, not for ever", async () => {
  await using services = await openAuthServices();
  services.network.freeze();

  const begun = performance.now();
  const answer = await readHealth(services);
  const tookMs = performance.now() - begun;

  strictEqual(answer.status, 503);
  ok(tookMs < 8000, `${tookMs} ms`);
  services.network.heal();
});

Deno.test("known keys go on working while the issuer is away, and made up ones do not help", async () => {
  await using services = await openAuthServices();
  await readHealth(services);
  services.network.cut();

  const known = await readHealth(services);
  const made = await readHealth(
    services,
    await services.issuer.sign({ sub: "s", scope: "operations:read" }, { kid: "made up" }),
  );

  deepStrictEqual([known.status, made.status], [200, 401]);
  strictEqual(known.body.components.issuer.status, "UP");
});

Deno.test("licensing goes on with what it knows while it cannot get a token of its own", async () => {
  await using services = await openAuthServices();
  const known = await createTenant(services);
  const token = (organizationId: string) =>
    services.tokenFor(["licenses:read"], { organizationId });
  const read = async ({ organizationId, licenseId }: typeof known) =>
    await services.call({
      service: "licensing",
      method: "GET",
      path: `${licensesOf(organizationId)}/${licenseId}`,
      token: await token(organizationId),
    });
  await read(known);
  services.network.cut();

  const cached = await read(known);
  const unknown = await services.call({
    service: "licensing",
    method: "GET",
    path: licensesOf("o1"),
    token: await token("o1"),
  });

  deepStrictEqual([cached.status, cached.body.organizationStatus], [200, "current"]);
  strictEqual(unknown.status, 200);
});
