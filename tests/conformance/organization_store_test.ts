import { sqlOrganizationStore, sqlOutbox } from "@cauce/organization/store";
import { databaseKinds } from "../support/organization_database.ts";
import { organizationStoreCases } from "../support/organization_store_cases.ts";

for (const kind of databaseKinds) {
  for (const one of organizationStoreCases) {
    Deno.test(`organization store on ${kind.name}: ${one.title}`, async () => {
      await using opened = await kind.open();
      const { database } = opened;

      await one.run({ store: sqlOrganizationStore(database), outbox: sqlOutbox(database) });
    });
  }
}
