import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { memoryOrganizationCache } from "./cache/memory_organization_cache.ts";
import { deleted, live, proofWorld, times } from "./testing/proof_world.ts";

function world(options: { readonly proofMs?: number } = {}) {
  return proofWorld((now) => memoryOrganizationCache({ maxEntries: 100, now }), options);
}

/** Everything that does not wait for the test has gone on. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

Deno.test("a hit is believed while the cache was told of every change lately, and asked about then", async () => {
  const { state, read } = world();
  await read();
  state.clock = 10_000;
  state.provenAt = 8000;

  deepStrictEqual(await read(), ["hit", "current", 1]);
  state.clock += 1;
  deepStrictEqual(await read(), ["revalidated", "current", 1]);

  deepStrictEqual(state.asked, ["find", "if not 1"]);
  deepStrictEqual(state.revalidations, ["unchanged"]);
});

Deno.test("a hit is believed for a while by the process that loaded it, and by no other", async () => {
  const { state, read, readThere } = world();
  await read();
  state.clock = times.proofMs;

  deepStrictEqual(await read(), ["hit", "current", 1]);
  deepStrictEqual(await readThere(), ["revalidated", "current", 1]);
  state.clock += times.proofMs;
  deepStrictEqual(await readThere(), ["hit", "current", 1]);
  deepStrictEqual(await read(), ["revalidated", "current", 1]);
});

Deno.test("what the origin says counts from before it was asked", async () => {
  const { state, read } = world();
  state.meanwhile = () => Promise.resolve(void (state.clock += 1500));
  await read();

  state.clock = 2001;

  deepStrictEqual(await read(), ["revalidated", "current", 1]);
});

Deno.test("a proof of one version says nothing of another", async () => {
  const { state, cache, read } = world();
  await read();
  state.clock = 1000;
  await cache.invalidate("o1", { version: 2, keepMs: times.keepMs });
  await cache.read("o1", { ...times, token: "another", minVersion: 0 });
  await cache.fill("o1", { ...times, token: "another", fact: live(2) });
  state.fact = live(2);

  deepStrictEqual(await read(), ["revalidated", "current", 2]);
});

Deno.test("a hit from before the cache was told is not proven by what it was told since", async () => {
  const { state, read } = world();
  await read();
  state.clock = 10_000;
  state.fact = live(2);
  state.onTheWay = () => void (state.provenAt = state.clock);

  deepStrictEqual(await read(), ["stored", "current", 2]);
});

Deno.test("a hit that the origin knows a newer version of is loaded anew", async () => {
  const { state, cache, read } = world();
  await read();
  state.clock = 10_000;
  state.fact = live(2);

  deepStrictEqual(await read(), ["stored", "current", 2]);

  deepStrictEqual(state.revalidations, ["changed"]);
  strictEqual((await cache.inspect("o1"))?.fence?.version, 2);
});

Deno.test("an organization that changes whenever it is asked about is shown as the origin has it", async () => {
  const { state, cache, read } = world();
  await read();
  state.clock = 10_000;
  let version = 1;
  // Another reader is always faster: each read hits what nobody here has proof of.
  state.onTheWay = () => void (state.fact = live(++version));
  state.meanwhile = async () => {
    await cache.invalidate("o1", { version, keepMs: times.keepMs });
    await cache.read("o1", { ...times, token: "another", minVersion: 0 });
    await cache.fill("o1", { ...times, token: "another", fact: live(version) });
  };

  deepStrictEqual(await read(), ["miss", "current", 4]);
  deepStrictEqual(state.revalidations, ["changed", "changed", "changed"]);
});

Deno.test("readers of a hit without proof ask once", async () => {
  const { state, read } = world();
  await read();
  state.clock = 10_000;

  const found = await Promise.all(Array.from({ length: 20 }, read));

  for (const one of found) deepStrictEqual(one, ["revalidated", "current", 1]);
  deepStrictEqual(state.asked, ["find", "if not 1"]);
});

Deno.test("a question that is under way for too long is asked anew", async () => {
  const { state, read } = world();
  await read();
  state.clock = 10_000;
  const answered = Promise.withResolvers<void>();
  state.meanwhile = () => answered.promise;

  const early = read();
  await settled();
  state.clock += times.proofMs + 1;
  const late = read();
  await settled();
  answered.resolve();

  deepStrictEqual([await early, await late], Array(2).fill(["revalidated", "current", 1]));
  deepStrictEqual(state.asked, ["find", "if not 1", "if not 1"]);
});

Deno.test("a hit that nobody can be asked about is stale, and at last unavailable", async () => {
  const { state, read } = world();
  await read();
  state.fact = "unavailable";

  state.clock = times.maxStaleMs - 1;
  deepStrictEqual(await read(), ["stale", "stale", 1]);
  state.clock = times.maxStaleMs;
  deepStrictEqual(await read(), ["miss", "unavailable", undefined]);
  state.provenAt = 1;
  deepStrictEqual(await read(), ["stale", "stale", 1]);

  state.provenAt = state.clock;
  deepStrictEqual(await read(), ["hit", "current", 1]);
});

Deno.test("an origin that knows less than the cache proves nothing", async () => {
  const { state, read } = world();
  state.fact = live(3);
  await read();
  state.clock = 10_000;
  state.fact = live(2);

  deepStrictEqual(await read(), ["stale", "stale", 3]);
  deepStrictEqual(state.revalidations, ["behind"]);
});

Deno.test("a deletion needs no proof, but one that never existed may exist by now", async () => {
  const { state, read } = world();
  state.fact = deleted(0);
  await read();
  state.clock = 10_000;

  deepStrictEqual(await read(), ["revalidated", "unknown", undefined]);
  state.clock = 20_000;
  state.fact = "unavailable";
  deepStrictEqual(await read(), ["miss", "unavailable", undefined]);
  state.fact = deleted(4);
  deepStrictEqual(await read(), ["stored", "deleted", undefined]);
  state.clock = 900_000;
  state.fact = "unavailable";
  deepStrictEqual(await read(), ["hit", "deleted", undefined]);
});

Deno.test("where no proof is asked for, every hit is believed", async () => {
  const { state, read } = world({ proofMs: 0 });
  await read();
  state.clock = 900_000;

  deepStrictEqual(await read(), ["hit", "current", 1]);
});

Deno.test("with the origin down, a value that ended is told of while the cache knows every change", async () => {
  const { state, read } = world();
  await read();
  state.fact = "unavailable";
  state.clock = 2 * times.ttlMs;

  deepStrictEqual(await read(), ["miss", "unavailable", undefined]);
  state.provenAt = state.clock - times.maxStaleMs + 1;
  deepStrictEqual(await read(), ["stale", "stale", 1]);
});
