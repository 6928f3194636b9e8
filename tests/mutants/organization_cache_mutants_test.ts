import { ok } from "node:assert/strict";
import { organizationCacheCases } from "../support/organization_cache_cases.ts";
import { cacheFlaws, flawedOrganizationCache } from "./organization_cache_mutants.ts";

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
