import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { memoryRateLimit } from "./memory_rate_limit.ts";
import { bucketOf } from "./rate_limit.ts";

function openLimit(maxKeys?: number) {
  const clock = { now: 0 };
  const limit = memoryRateLimit({
    size: bucketOf(10),
    now: () => clock.now,
    ...(maxKeys !== undefined && { maxKeys }),
  });
  async function takeMany(key: string, count: number): Promise<number> {
    let allowed = 0;
    for (let index = 0; index < count; index++) {
      if ((await limit.take(key)).isAllowed) allowed += 1;
    }
    return allowed;
  }
  return { clock, limit, takeMany };
}

Deno.test("a rate limit allows a burst of two seconds' worth, then the rate", async () => {
  const { clock, takeMany } = openLimit();

  const allowed = [await takeMany("a", 50)];
  clock.now = 1000;
  allowed.push(await takeMany("a", 50));
  clock.now = 100_000;
  allowed.push(await takeMany("a", 50));

  deepStrictEqual(allowed, [20, 10, 20]);
});

Deno.test("a rate limit says how much is left and when there is more", async () => {
  const { limit, takeMany } = openLimit();

  const first = await limit.take("a");
  await takeMany("a", 19);
  const refused = await limit.take("a");

  deepStrictEqual(first, { isAllowed: true, remaining: 19, fullInMs: 100, retryInMs: 0 });
  deepStrictEqual(refused, { isAllowed: false, remaining: 0, fullInMs: 2000, retryInMs: 100 });
});

Deno.test("a rate limit keeps one tenant's flood from another's bucket", async () => {
  const { limit, takeMany } = openLimit();

  await takeMany("a", 1000);

  strictEqual((await limit.take("b")).remaining, 19);
});

Deno.test("a rate limit keeps no more buckets than it may", async () => {
  const { limit, takeMany } = openLimit(2);
  await takeMany("a", 20);
  await takeMany("b", 20);

  await limit.take("c");

  strictEqual(await takeMany("b", 1), 0);
  strictEqual(await takeMany("a", 1), 1);
});

Deno.test("a rate limit gives nothing back when a clock goes back", async () => {
  const { clock, takeMany } = openLimit();
  clock.now = 1000;
  await takeMany("a", 20);

  clock.now = 0;

  strictEqual(await takeMany("a", 1), 0);
});
