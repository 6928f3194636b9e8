import { statementCases } from "../support/database/cases.ts";
import { databasesUnderTest } from "../support/database/databases.ts";
import { idempotencyCases } from "../support/database/idempotency_cases.ts";
import { listenCases } from "../support/database/listen_cases.ts";
import { migrateCases } from "../support/database/migrate_cases.ts";

const cases = [...statementCases, ...listenCases, ...migrateCases, ...idempotencyCases];

for (const { name, open } of databasesUnderTest) {
  for (const { title, run } of cases) {
    Deno.test(`${name}: ${title}`, async () => {
      await using world = await open();

      await run(world);
    });
  }
}
