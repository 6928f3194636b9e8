import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { createTenant, openAuthServices } from "../support/auth_services.ts";
import { licensesOf } from "../support/licensing_service.ts";

Deno.test("a tenant that asks too much is told when to come back; others are not held up", async () => {
  await using services = await openAuthServices({ env: { RATE_LIMIT_PER_SECOND: "5" } });
  const loud = await createTenant(services);
  const quiet = await createTenant(services);
  const read = async (organizationId: string) =>
    await services.call({
      service: "licensing",
      method: "GET",
      path: licensesOf(organizationId),
      token: await services.tokenFor(["licenses:read"], { organizationId }),
    });

  const flood = await Promise.all(Array.from({ length: 60 }, () => read(loud.organizationId)));
  const other = await read(quiet.organizationId);
  const refused = flood.find(({ status }) => status === 429);

  deepStrictEqual([...new Set(flood.map(({ status }) => status))].sort(), [200, 429]);
  strictEqual(refused?.headers.get("content-type"), "application/problem+json");
  strictEqual(refused?.headers.get("retry-after"), "1");
  match(refused?.headers.get("ratelimit") ?? "", /^"tenant";r=0;t=[12]$/);
  strictEqual(other.status, 200);
  strictEqual(other.headers.get("ratelimit-policy"), '"tenant";q=10;w=2');
  match(other.headers.get("ratelimit") ?? "", /^"tenant";r=\d;t=\d$/);
});

Deno.test("what is refused counts too, and who has no tenant is not counted", async () => {
  await using services = await openAuthServices({ env: { RATE_LIMIT_PER_SECOND: "5" } });
  const token = await services.tokenFor(["licenses:read"], { organizationId: "o1" });
  const operator = await services.tokenFor(["operations:read"]);
  const statuses = async (path: string, token: string) => {
    const answers = await Promise.all(
      Array.from(
        { length: 40 },
        () => services.call({ service: "licensing", method: "GET", path, token }),
      ),
    );
    return [...new Set(answers.map(({ status }) => status))].sort();
  };

  deepStrictEqual(await statuses(licensesOf("another"), token), [404, 429]);
  deepStrictEqual(await statuses("/bindings", operator), [200]);
});
