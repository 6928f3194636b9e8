import { memoryOrganizationCache } from "@cauce/licensing/cache";
import fc from "fast-check";
import { schedulesKeepInvariants } from "../support/organization_cache_schedules.ts";

Deno.test("no order of reads, changes and events lets a reader hit what is outdated", async () => {
  const createCache = () => memoryOrganizationCache({ maxEntries: 10, now: () => 0 });

  await fc.assert(schedulesKeepInvariants(createCache), {
    numRuns: Deno.env.has("TEST_LONG") ? 50_000 : 2000,
  });
});
