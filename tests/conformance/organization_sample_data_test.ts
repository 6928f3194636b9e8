import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { loadSampleData, sampleOrganizations } from "@cauce/organization";
import { sqlOrganizationStore, sqlOutbox } from "@cauce/organization/store";
import { databaseKinds } from "../support/organization_database.ts";

for (const kind of databaseKinds) {
  Deno.test(`sample data on ${kind.name} is loaded once, with an event each, and revives nothing`, async () => {
    await using opened = await kind.open();
    const store = sqlOrganizationStore(opened.database);
    const [changed, deleted, untouched] = sampleOrganizations.map((one) => one.organizationId);
    if (changed === undefined || deleted === undefined) throw new Error("Cannot find samples");

    await loadSampleData(store);
    await store.write((writes) => writes.update(changed, { name: "Renamed" }));
    await store.write((writes) => writes.remove(deleted, { at: 1 }));
    await loadSampleData(store);

    const listed = await store.list({ limit: 10, after: undefined });
    deepStrictEqual(
      new Map(listed.map((one) => [one.organizationId, one.name])),
      new Map([[changed, "Renamed"], [untouched, "Ostock"]]),
    );
    strictEqual((await sqlOutbox(opened.database).backlog("organization-changes")).rows, 3);
  });
}
