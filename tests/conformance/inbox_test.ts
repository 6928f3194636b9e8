import { databasesUnderTest } from "../support/database/databases.ts";
import { inboxCases } from "../support/database/inbox_cases.ts";

for (const { name, open } of databasesUnderTest) {
  for (const { title, run } of inboxCases) {
    Deno.test(`${name}: ${title}`, async () => {
      await using world = await open();

      await run(world);
    });
  }
}
