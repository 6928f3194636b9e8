import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { memoryOrganizationCache } from "./cache/memory_organization_cache.ts";
import { followWatermarks } from "./follow_watermarks.ts";

/** A cache whose clock runs an hour ahead of this process, and who follows it. */
function world() {
  const AHEAD_MS = 3_600_000;
  const state = { clock: 1000, isDown: false, answerTakesMs: 0, polls: 0 };
  const cache = memoryOrganizationCache({ maxEntries: 1, now: () => state.clock + AHEAD_MS });
  const follow = () =>
    followWatermarks({
      watermarks: {
        raiseWatermark: (mark) => cache.raiseWatermark(mark),
        async readWatermarks() {
          state.polls += 1;
          state.clock += state.answerTakesMs;
          if (state.isDown) throw new Error("down");
          return await cache.readWatermarks();
        },
      },
      intervalMs: 1,
      now: () => state.clock,
    });
  return {
    state,
    follow,
    /** A mark at a time of this process's clock. */
    raise: (partition: number, time: number, partitionCount = 2) =>
      cache.raiseWatermark({ partition, partitionCount, time: time + AHEAD_MS }),
    async polled(): Promise<void> {
      const seen = state.polls;
      while (state.polls < seen + 2) await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}

// murmur2 puts "o1" and "o2" on these of two partitions.
const [ON_0, ON_1] = ["o2", "o1"];

Deno.test("followWatermarks() knows an organization by its partition, on its own clock", async () => {
  const { follow, raise, polled } = world();
  await using followed = follow();
  strictEqual(followed.provenAt(ON_0), undefined);

  await raise(0, 900);
  await polled();

  deepStrictEqual([followed.provenAt(ON_0), followed.provenAt(ON_1)], [900, undefined]);
  await raise(1, 950);
  await polled();
  deepStrictEqual([followed.provenAt(ON_0), followed.provenAt(ON_1)], [900, 950]);
});

Deno.test("followWatermarks() measures no age too small, however long the answer takes", async () => {
  const { state, follow, raise, polled } = world();
  await raise(0, 1000);
  state.answerTakesMs = 50;
  await using followed = follow();

  await polled();

  // Asked at 1000, answered at 1050 with an age of 50.
  strictEqual(followed.provenAt(ON_0), 950);
});

Deno.test("followWatermarks() keeps what it knows while the cache is away or empty", async () => {
  const { state, follow, raise, polled } = world();
  await raise(0, 900);
  await using followed = follow();
  await polled();

  state.isDown = true;
  state.clock = 5000;
  await polled();

  strictEqual(followed.provenAt(ON_0), 900);
  strictEqual(followed.ageMs(), 4100);
});

Deno.test("followWatermarks() forgets partitions of another count", async () => {
  const { follow, raise, polled } = world();
  await raise(0, 900);
  await using followed = follow();
  await polled();

  await raise(1, 950, 3);
  await polled();

  strictEqual(followed.provenAt(ON_0), undefined);
});

Deno.test("followWatermarks() does not believe a time ahead of the cache's clock", async () => {
  const { state, follow, raise, polled } = world();
  state.clock = 10_000;
  await raise(0, 9900);
  state.clock = 2000;
  await using followed = follow();

  await polled();
  strictEqual(followed.provenAt(ON_0), undefined);

  await raise(0, 1990);
  await polled();
  strictEqual(followed.provenAt(ON_0), 1990);
});

Deno.test("followWatermarks() counts from the start where a partition has no watermark", async () => {
  const { state, follow, raise, polled } = world();
  await using followed = follow();
  state.clock = 1500;
  strictEqual(followed.ageMs(), 500);

  await raise(0, 1400);
  await polled();

  strictEqual(followed.ageMs(), 500);
});

Deno.test("followWatermarks() asks no more once it is disposed", async () => {
  const { state, follow, polled } = world();
  const followed = follow();
  await polled();

  await followed[Symbol.asyncDispose]();
  const seen = state.polls;
  // Nothing may happen: several intervals have to pass.
  await new Promise((resolve) => setTimeout(resolve, 20));

  strictEqual(state.polls, seen);
});

Deno.test("followWatermarks() says when the oldest watermark is too old to prove hits", async () => {
  const { state, follow, raise, polled } = world();
  await raise(0, 900);
  await raise(1, 950);
  await using followed = follow();
  await polled();
  state.clock = 2900;

  await followed.requireAge(2000);
  state.clock = 2901;

  await rejects(followed.requireAge(2000), {
    message: "Cannot prove hits: the oldest watermark is 2001 ms old",
  });
  await followed.requireAge(0);
});
