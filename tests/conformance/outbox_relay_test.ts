import { databaseKinds } from "../support/organization_database.ts";
import { outboxCases, runOutboxCase } from "../support/outbox/cases.ts";
import { subject } from "../support/outbox/world.ts";

for (const kind of databaseKinds) {
  for (const one of outboxCases) {
    Deno.test(`outbox on ${kind.name}: ${one.title}`, async () => {
      await using opened = await kind.open();

      await runOutboxCase(one, { database: opened.database, subject });
    });
  }
}
