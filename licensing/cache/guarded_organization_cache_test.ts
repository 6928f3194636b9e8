import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { CacheFullError } from "../organization_cache.ts";
import { guardedOrganizationCache } from "./guarded_organization_cache.ts";
import { memoryOrganizationCache } from "./memory_organization_cache.ts";

const read = { token: "t", leaseMs: 1000, keepMs: 1000, minVersion: 0 };

/** A cache that fails until it is told not to, and counts what reaches it. */
function failing() {
  const memory = memoryOrganizationCache({ maxEntries: 10, now: () => 0 });
  const state = { isDown: true, error: new Error("down"), reads: 0, invalidations: 0 };
  const answer = <T>(work: () => Promise<T>) => state.isDown ? Promise.reject(state.error) : work();
  const guarded = guardedOrganizationCache({
    read(id, options) {
      state.reads += 1;
      return answer(() => memory.read(id, options));
    },
    fill: (id, fill) => answer(() => memory.fill(id, fill)),
    release: (id, token) => answer(() => memory.release(id, token)),
    invalidate(id, invalidation) {
      state.invalidations += 1;
      return answer(() => memory.invalidate(id, invalidation));
    },
    inspect: (id) => memory.inspect(id),
    ping: () => memory.ping(),
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  }, { logger: silentLogger, failures: 2, pauseMs: 20 });
  return { state, guarded };
}

Deno.test("guardedOrganizationCache() asks a dead cache no more, but for invalidations", async () => {
  const { state, guarded } = failing();

  for (let count = 0; count < 5; count++) await rejects(guarded.read("a", read));
  for (let count = 0; count < 5; count++) {
    await rejects(guarded.invalidate("a", { version: 1, keepMs: 1 }));
  }

  deepStrictEqual([state.reads, state.invalidations], [2, 5]);
});

Deno.test("guardedOrganizationCache() goes on asking a cache that is full, which has hits", async () => {
  const { state, guarded } = failing();
  state.error = new CacheFullError({ cause: new Error("OOM") });

  for (let count = 0; count < 5; count++) await rejects(guarded.read("a", read), CacheFullError);

  strictEqual(state.reads, 5);
});

Deno.test("guardedOrganizationCache() lets one reader try again, and then all", async () => {
  const { state, guarded } = failing();
  await rejects(guarded.read("a", read));
  await rejects(guarded.read("a", read));
  // The pause itself has to pass: the breaker has no other sign.
  await new Promise((resolve) => setTimeout(resolve, 30));
  state.isDown = false;

  const tries = await Promise.allSettled([guarded.read("a", read), guarded.read("a", read)]);

  deepStrictEqual(tries.map(({ status }) => status), ["fulfilled", "rejected"]);
  strictEqual((await guarded.read("b", read)).outcome, "LEASE");
});
