import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { databaseKinds } from "../support/organization_database.ts";
import { details, openTestOrganization, ORGANIZATIONS } from "../support/organization_service.ts";

for (const kind of databaseKinds) {
  Deno.test(`two services on one ${kind.name} make one organization of one Idempotency-Key`, async () => {
    await using database = await kind.open();
    await using first = await openTestOrganization({ databaseUrl: database.url });
    await using second = await openTestOrganization({ databaseUrl: database.url });
    const post = (service: typeof first, body: object = details) =>
      service.send("POST", ORGANIZATIONS, { body, headers: { "idempotency-key": "key-1" } });

    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => post(index % 2 ? first : second)),
    );
    const again = await Promise.all([post(first), post(second)]);
    const other = await post(second, { ...details, name: "Another" });

    const made = await Promise.all(
      [...answers, ...again].filter(({ status }) => status === 201).map((one) => one.json()),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    for (const one of [...refused, other]) await one.body?.cancel();
    ok(refused.every(({ status }) => status === 409));
    ok(refused.every(({ headers }) => headers.get("retry-after") === "1"));
    deepStrictEqual(again.map(({ status }) => status), [201, 201]);
    strictEqual(new Set(made.map(({ organizationId }) => organizationId)).size, 1);
    strictEqual(other.status, 422);
  });
}
