import { strictEqual } from "node:assert/strict";
import { memoryOrganizationCache } from "./memory_organization_cache.ts";

const read = { leaseMs: 1000, keepMs: 1000, minVersion: 0 };
const fact = { state: "deleted", version: 3 } as const;

Deno.test("memoryOrganizationCache() forgets the least recently used entry, whole", async () => {
  const cache = memoryOrganizationCache({ maxEntries: 2, now: () => 0 });
  await cache.read("a", { ...read, token: "a" });
  await cache.read("b", { ...read, token: "b" });
  await cache.read("a", { ...read, token: "a again" });

  await cache.invalidate("c", { version: 1, keepMs: 1000 });

  strictEqual(await cache.inspect("b"), undefined);
  strictEqual(await cache.fill("a", { token: "a", fact, ttlMs: 1, keepMs: 1 }), "FILLED");
});

Deno.test("memoryOrganizationCache() refuses a fill whose fence and lease were forgotten", async () => {
  const cache = memoryOrganizationCache({ maxEntries: 1, now: () => 0 });
  await cache.read("a", { ...read, token: "before" });
  await cache.invalidate("a", { version: 4, keepMs: 1000 });
  await cache.read("b", { ...read, token: "b" });

  strictEqual(await cache.fill("a", { token: "before", fact, ttlMs: 1, keepMs: 1 }), "LOST_LEASE");
});
