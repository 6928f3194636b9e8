import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { memoryOrganizationCache } from "./cache/memory_organization_cache.ts";
import { createFindOrganization } from "./find_organization.ts";
import type { FoundOrganization } from "./found_organization.ts";
import type { OriginAnswer } from "./organization_origin.ts";

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
const caller = { correlationId: "c1", traceparent: "t1" };

function live(version: number): OriginAnswer {
  const value = { name: "Ostock", contactName: "", contactEmail: "", contactPhone: "" };
  return { state: "live", version, value };
}

/** One process whose origin takes as long as the test wants. */
function world(ask: () => Promise<OriginAnswer>, { proofMs = times.proofMs } = {}) {
  let [clock, tokens] = [0, 0];
  const memory = memoryOrganizationCache({ maxEntries: 10, now: () => 0 });
  const cache = {
    ...memory,
    read: memory.read.bind(memory),
    fill: memory.fill.bind(memory),
    release: memory.release.bind(memory),
    invalidate: memory.invalidate.bind(memory),
    inspect: memory.inspect.bind(memory),
  };
  const findOrganization = createFindOrganization({
    cache,
    origin: { isReachable: true, find: ask, findIfChanged: ask },
    times: { ...times, proofMs },
    now: () => clock,
    random: () => 0.5,
    sleep: (ms) => Promise.resolve(void (clock += ms)),
    newToken: () => `token ${++tokens}`,
  });
  return {
    cache,
    find: (minVersion = 0) => findOrganization("o1", { caller, minVersion }),
    advance: (ms: number) => void (clock += ms),
  };
}

/** Everything that does not wait for the test has gone on. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

function versionOf(found: FoundOrganization): number | undefined {
  return "organization" in found ? found.organization.version : undefined;
}

Deno.test("a load that the origin did not answer gives its lease back", async () => {
  const { cache, find } = world(() => Promise.resolve("unavailable"));

  strictEqual((await find()).status, "unavailable");

  const next = await cache.read("o1", { ...times, token: "next", minVersion: 0 });
  strictEqual(next.outcome, "LEASE");
});

Deno.test("a reader of a version does not settle for a load that began before it was there", async () => {
  const early = Promise.withResolvers<OriginAnswer>();
  const answers = [early.promise, Promise.resolve(live(2))];
  const { find } = world(() => answers.shift() ?? Promise.resolve("unavailable"));

  const first = find();
  const second = find(2);
  early.resolve(live(1));

  deepStrictEqual([versionOf(await first), versionOf(await second)], [1, 2]);
});

Deno.test("a reader does not settle for a load that began longer ago than a hit is believed", async () => {
  const early = Promise.withResolvers<OriginAnswer>();
  const answers = [early.promise];
  const ask = () => answers.shift() ?? Promise.resolve(live(2));
  const { find, advance } = world(ask, { proofMs: 2000 });

  const first = find();
  await settled();
  advance(2001);

  strictEqual(versionOf(await find()), 2);
  early.resolve(live(1));
  await first;
});

Deno.test("an origin that lags cannot deny what the fence knows to exist", async () => {
  const { cache, find } = world(() => Promise.resolve({ state: "deleted", version: 0 }));
  await cache.invalidate("o1", { version: 1, keepMs: times.keepMs });

  strictEqual((await find()).status, "unavailable");
});

Deno.test("readers load once, however close WAIT comes to the end of the load", async () => {
  // In one chunk from Redis the reply WAIT may stand anywhere around the reply FILLED.
  for (let steps = -12; steps <= 12; steps++) {
    const answered = Promise.withResolvers<OriginAnswer>();
    const [waits, filled] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let loads = 0;
    const { find, cache } = world(() => {
      loads += 1;
      return answered.promise;
    });
    const { read, fill } = cache;
    cache.read = async (...options) => {
      const found = await read(...options);
      if (found.outcome === "WAIT") await waits.promise;
      return found;
    };
    cache.fill = async (...options) => {
      const outcome = await fill(...options);
      await filled.promise;
      return outcome;
    };

    const readers = [find(), find()];
    await settled();
    answered.resolve(live(1));
    await settled();
    const [first, second] = steps < 0 ? [waits, filled] : [filled, waits];
    first.resolve();
    for (let step = 0; step < Math.abs(steps); step++) await Promise.resolve();
    second.resolve();

    for (const found of await Promise.all(readers)) {
      deepStrictEqual([steps, versionOf(found), loads], [steps, 1, 1]);
    }
  }
});

Deno.test("what is answered without being stored is a fence before the reader has it", async () => {
  const { cache, find } = world(() => Promise.resolve(live(2)));
  // Another process holds the lease, and is not done in time.
  await cache.read("o1", { ...times, token: "another", minVersion: 0 });
  await cache.invalidate("o1", { version: 1, keepMs: times.keepMs });
  await cache.read("o1", { ...times, token: "another", minVersion: 0 });

  const found = await find();

  deepStrictEqual([found.cache, versionOf(found)], ["miss", 2]);
  strictEqual((await cache.inspect("o1"))?.fence?.version, 2);
  const early = { ...times, token: "another", fact: { state: "deleted", version: 1 } } as const;
  strictEqual(await cache.fill("o1", early), "STALE");
});

Deno.test("a load that lost its lease for good is a fence, and leaves the next lease alone", async () => {
  let version = 1;
  const { cache, find } = world(async () => {
    // Each time somebody else is told of a change and takes the lease while this load is under way.
    await cache.invalidate("o1", { version: ++version, keepMs: times.keepMs });
    await cache.read("o1", { ...times, token: "another", minVersion: 0 });
    if (version < 4) await cache.release("o1", "another");
    return live(version + 1);
  });

  const found = await find();

  deepStrictEqual([found.cache, versionOf(found)], ["miss", 5]);
  const entry = await cache.inspect("o1");
  deepStrictEqual([entry?.fence?.version, entry?.leaseLeftMs], [5, times.leaseMs]);
});
