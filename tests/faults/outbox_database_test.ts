import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { listenToOrganizations } from "../support/organization_listener.ts";
import {
  create,
  details,
  openTestOrganization,
  ORGANIZATIONS,
  readProblem,
} from "../support/organization_service.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { until } from "../support/until.ts";

Deno.test("organization answers 503 while PostgreSQL is gone, and goes on by itself when it is back", async () => {
  await using postgres = await openOwnBroker("postgres");
  await using test = await openTestOrganization({ databaseUrl: postgres.address });
  await using listener = listenToOrganizations(test);
  const { organizationId } = await create(test);
  const path = `${ORGANIZATIONS}/${organizationId}`;
  await until(() => listener.messages.length === 1, "the first event");

  await postgres.kill();
  const refused = await test.call(path);
  const ready = await test.call("/health/ready");
  const health = await (await test.call("/health")).json();
  strictEqual(refused.status, 503);
  strictEqual(refused.headers.get("retry-after"), "1");
  await readProblem(refused);
  strictEqual(ready.status, 200);
  await ready.body?.cancel();
  strictEqual(health.status, "DEGRADED");

  await postgres.start();
  const accepted = await until(
    async () => {
      const response = await test.send("PUT", path, { body: details });
      await response.body?.cancel();
      return response.ok;
    },
    "an accepted write",
    { everyMs: 100 },
  );
  ok(accepted);
  await until(() => listener.messages.length >= 2, "the event after the outage");

  // A write that was refused on the way may have been committed all the same.
  const versions = [...new Set(listener.messages.map(({ payload }) => payload.version))];
  deepStrictEqual(versions, versions.map((_, index) => index + 1));
});
