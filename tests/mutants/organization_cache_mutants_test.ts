import { AssertionError, ok } from "node:assert/strict";
import fc from "fast-check";
import { organizationCacheCases } from "../support/organization_cache_cases.ts";
import { schedulesKeepInvariants } from "../support/organization_cache_schedules.ts";
import {
  type CacheFlaw,
  cacheFlaws,
  flawedOrganizationCache,
} from "./organization_cache_mutants.ts";

Deno.test("the cases of organization caches accept the model the mutants are made from", async () => {
  for (const one of organizationCacheCases) {
    await one.run({ cache: flawedOrganizationCache(), id: crypto.randomUUID() });
  }
});

for (const flaw of cacheFlaws) {
  Deno.test(`the cases of organization caches refuse one that ${flaw}`, async () => {
    const outcomes = [];
    for (const one of organizationCacheCases) {
      const world = { cache: flawedOrganizationCache(flaw), id: crypto.randomUUID() };
      // A case that waits for what a mutant never does would take its whole deadline.
      const late = new Promise((_, reject) => setTimeout(reject, 1000));
      outcomes.push(...await Promise.allSettled([Promise.race([one.run(world), late])]));
    }

    ok(outcomes.some(({ status }) => status === "rejected"));
  });
}

Deno.test("no order of steps betrays the model the mutants are made from", async () => {
  await fc.assert(schedulesKeepInvariants(() => flawedOrganizationCache()), { numRuns: 2000 });
});

/** Those that some order of steps must betray, whatever the cases say. */
const betrayed: readonly CacheFlaw[] = [
  "keeps no fence",
  "fills without comparing versions",
  "deletes the entry on an event",
  "sets what is newer, without a lease",
  "hits below the fence",
  "lowers the fence on a reordered event",
];

for (const flaw of betrayed) {
  Deno.test(`some order of steps betrays an organization cache that ${flaw}`, async () => {
    const property = schedulesKeepInvariants(() => flawedOrganizationCache(flaw));

    const found = await fc.check(property, { numRuns: 20_000, endOnFailure: true });

    // Any other error would say that the run itself is broken.
    ok(found.errorInstance instanceof AssertionError, String(found.errorInstance));
  });
}
