import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { memoryOrganizationCache } from "./cache/memory_organization_cache.ts";
import { createFindOrganization, type FindOptions } from "./find_organization.ts";
import type { FoundOrganization } from "./found_organization.ts";
import type { OrganizationCache } from "./organization_cache.ts";
import type { OriginAnswer } from "./organization_origin.ts";
import { caller, live } from "./testing/proof_world.ts";

const times = {
  ttlMs: 10_000,
  negativeTtlMs: 1000,
  keepMs: 100_000,
  leaseMs: 3000,
  waitMs: 500,
  maxStaleMs: 60_000,
  // Without a watermark and a later proof, every hit is believed.
  proofMs: 0,
};

/** One process with a cache, an origin that answers what it is told, and a clock of its own. */
function world({ random = () => 0.5 }: { readonly random?: () => number } = {}) {
  let clock = 0;
  let tokens = 0;
  const memory = memoryOrganizationCache({ maxEntries: 100, now: () => clock });
  const state = {
    answer: live(1) as OriginAnswer,
    loads: 0,
    isCacheDown: false,
    isReachable: true,
    /** Runs while the origin is asked. */
    meanwhile: () => Promise.resolve(),
  };
  const guard = <T>(work: () => Promise<T>) =>
    state.isCacheDown ? Promise.reject(new Error("down")) : work();
  const cache: OrganizationCache = {
    ...memory,
    read: (id, options) => guard(() => memory.read(id, options)),
    fill: (id, options) => guard(() => memory.fill(id, options)),
    invalidate: (id, options) => guard(() => memory.invalidate(id, options)),
    release: (id, token) => guard(() => memory.release(id, token)),
    inspect: (id) => memory.inspect(id),
  };
  const findOrganization = createFindOrganization({
    cache,
    origin: {
      get isReachable() {
        return state.isReachable;
      },
      async find() {
        state.loads += 1;
        const { answer } = state;
        await state.meanwhile();
        return answer;
      },
      findIfChanged: () => Promise.reject(new Error("not asked: every hit is believed")),
    },
    times,
    now: () => clock,
    random,
    sleep: (ms) => Promise.resolve(void (clock += ms)),
    newToken: () => `token ${++tokens}`,
  });
  return {
    state,
    cache,
    find: (options: Partial<FindOptions> = {}) => findOrganization("o1", { caller, ...options }),
    invalidate: (version: number) => cache.invalidate("o1", { version, keepMs: times.keepMs }),
    lease: () => cache.read("o1", { token: "another", ...times, minVersion: 0 }),
    advance: (ms: number) => void (clock += ms),
  };
}

function short(found: FoundOrganization): unknown {
  const version = "organization" in found ? found.organization.version : undefined;
  return [found.cache, found.status, version];
}

Deno.test("findOrganization() loads once, then hits until the value's time is over", async () => {
  const { find, state, advance } = world();

  deepStrictEqual(short(await find()), ["stored", "current", 1]);
  advance(times.ttlMs - 1);
  deepStrictEqual(short(await find()), ["hit", "current", 1]);
  advance(1);
  deepStrictEqual(short(await find()), ["stored", "current", 1]);
  strictEqual(state.loads, 2);
});

for (const [random, factor] of [[0, 0.8], [0.999999, 1.2]] as const) {
  Deno.test(`findOrganization() stretches a value's time by ${factor} when chance is ${random}`, async () => {
    const { find, cache } = world({ random: () => random });
    await find();

    strictEqual((await cache.inspect("o1"))?.freshMs, times.ttlMs * factor);
  });
}

Deno.test("findOrganization() keeps what does not exist for a shorter time", async () => {
  const { find, state, cache } = world();
  state.answer = { state: "deleted", version: 0 };

  deepStrictEqual(short(await find()), ["stored", "unknown", undefined]);
  strictEqual((await cache.inspect("o1"))?.freshMs, times.negativeTtlMs);
  deepStrictEqual(short(await find()), ["hit", "unknown", undefined]);
});

Deno.test("findOrganization() finds at once what was created after it was unknown", async () => {
  const { find, state, invalidate } = world();
  state.answer = { state: "deleted", version: 0 };
  await find();

  state.answer = live(1);
  await invalidate(1);

  deepStrictEqual(short(await find()), ["stored", "current", 1]);
});

Deno.test("findOrganization() shares one load among the readers of a process", async () => {
  const { find, state } = world();
  const answered = Promise.withResolvers<void>();
  state.meanwhile = () => answered.promise;

  const readers = Array.from({ length: 20 }, () => find());
  await new Promise((resolve) => setTimeout(resolve));
  answered.resolve();

  for (const found of await Promise.all(readers)) {
    deepStrictEqual(short(found), ["stored", "current", 1]);
  }
  strictEqual(state.loads, 1);
});

Deno.test("findOrganization() asks again when the organization changed while it was loaded", async () => {
  const { find, state, invalidate } = world();
  state.meanwhile = async () => {
    if (state.loads > 1) return;
    await invalidate(2);
    state.answer = live(2);
  };

  deepStrictEqual(short(await find()), ["stored", "current", 2]);
  strictEqual(state.loads, 2);
});

Deno.test("findOrganization() asks a lagging origin three times, then tells it is stale", async () => {
  const { find, state, invalidate, cache } = world();
  await invalidate(2);

  deepStrictEqual(short(await find()), ["miss", "stale", 1]);
  strictEqual(state.loads, 3);
  strictEqual((await cache.inspect("o1"))?.fact, undefined);
});

Deno.test("findOrganization() waits for another process, then asks for itself and fills nothing", async () => {
  const { find, state, lease, cache } = world();
  await lease();

  deepStrictEqual(short(await find()), ["miss", "current", 1]);
  strictEqual(state.loads, 1);
  strictEqual((await cache.inspect("o1"))?.fact, undefined);
});

Deno.test("findOrganization() takes what another process filled while it waited", async () => {
  let looks = 0;
  const { find, state, lease, cache } = world({
    // Chance is asked for before each pause.
    random: () => {
      if (++looks === 3) void fill();
      return 0.5;
    },
  });
  const fill = () => cache.fill("o1", { token: "another", fact: live(4), ...times });
  await lease();

  deepStrictEqual(short(await find()), ["hit", "current", 4]);
  strictEqual(state.loads, 0);
});

Deno.test("findOrganization() does not wait for a holder who cannot reach the origin either", async () => {
  const { find, state, lease } = world();
  await lease();
  state.answer = "unavailable";
  state.isReachable = false;

  deepStrictEqual(short(await find()), ["miss", "unavailable", undefined]);
  strictEqual((await lease()).outcome, "WAIT");
});

Deno.test("findOrganization() tells the old value of a dead origin until its fence is too old", async () => {
  const { find, state, invalidate, advance } = world();
  await find();
  advance(50_000);
  await invalidate(2);
  state.answer = "unavailable";
  state.isReachable = false;

  deepStrictEqual(short(await find()), ["stale", "stale", 1]);
  advance(times.maxStaleMs - 1);
  deepStrictEqual(short(await find()), ["stale", "stale", 1]);
  advance(1);
  deepStrictEqual(short(await find()), ["miss", "unavailable", undefined]);
});

Deno.test("findOrganization() holds a deletion for true however old it is", async () => {
  const { find, state, advance } = world();
  state.answer = { state: "deleted", version: 3 };
  await find();
  state.answer = "unavailable";
  advance(times.maxStaleMs + 1);

  deepStrictEqual(short(await find()), ["stale", "deleted", undefined]);
});

Deno.test("findOrganization() never answers below the version that is asked for", async () => {
  const { find, state } = world();
  await find();

  deepStrictEqual(short(await find({ minVersion: 2 })), ["stored", "unavailable", undefined]);
  state.answer = live(2);
  deepStrictEqual(short(await find({ minVersion: 2 })), ["stored", "current", 2]);
  deepStrictEqual(short(await find({ minVersion: 2 })), ["hit", "current", 2]);
  state.answer = "unavailable";
  state.isReachable = false;
  deepStrictEqual(short(await find({ minVersion: 3 })), ["miss", "unavailable", undefined]);
});

Deno.test("findOrganization() goes past a dead cache, with one load for all who ask at once", async () => {
  const { find, state } = world();
  state.isCacheDown = true;

  const found = await Promise.all([find(), find(), find()]);

  for (const one of found) deepStrictEqual(short(one), ["bypass", "current", 1]);
  strictEqual(state.loads, 1);
  state.answer = "unavailable";
  deepStrictEqual(short(await find()), ["bypass", "unavailable", undefined]);
});

Deno.test("findOrganization() answers although the cache dies before it is filled", async () => {
  const { find, state } = world();
  state.meanwhile = () => Promise.resolve(void (state.isCacheDown = true));

  const found = await find();

  deepStrictEqual(short(found), ["bypass", "current", 1]);
  ok("organization" in found && found.organization.organizationId === "o1");
});
