import { rejects } from "node:assert/strict";
import { openPostgresDatabase } from "../support/organization_database.ts";
import { outboxCases, runOutboxCase } from "../support/outbox/cases.ts";
import { outboxMutants } from "./outbox_mutants.ts";

/** The case that finds each mutant, and what it says. */
const foundBy: Readonly<Record<string, { readonly title: string; readonly error: RegExp }>> = {
  "a relay that takes rows with SKIP LOCKED": {
    title: "two relays publish each key in the order of its commits, while the broker is slow",
    error: /strictly deep-equal/,
  },
  "a relay that reads only rows behind the last one": {
    title: "a row that commits after later ones were published is published too",
    error: /Cannot see the late commit/,
  },
  "a relay that marks before it publishes": {
    title: "nothing is lost or reordered while the broker refuses",
    error: /Cannot see all events after the refusals/,
  },
};

for (const mutant of outboxMutants) {
  Deno.test(`the outbox cases refuse ${mutant.title}`, async () => {
    const found = foundBy[mutant.title];
    const one = outboxCases.find(({ title }) => title === found?.title);
    if (one === undefined || found === undefined) throw new Error("Cannot find the mutant's case");
    await using opened = await openPostgresDatabase();

    const run = runOutboxCase(one, { database: opened.database, subject: mutant.subject });

    await rejects(run, found.error);
  });
}
