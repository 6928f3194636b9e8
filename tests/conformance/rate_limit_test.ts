import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { bucketOf, type RateLimit, redisRateLimit } from "@cauce/platform/limits";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import { openTcpProxy } from "../support/tcp_proxy.ts";
import { until } from "../support/until.ts";

/** So slow that a test's time fills nothing. */
const SLOW = { perSecond: 0.01, capacity: 20 };

function open(url: string, prefix: string, size = SLOW): RateLimit {
  return redisRateLimit({ url, prefix, size, logger: silentLogger });
}

async function takeMany(limit: RateLimit, key: string, count: number): Promise<number> {
  let allowed = 0;
  for (let index = 0; index < count; index++) {
    if ((await limit.take(key)).isAllowed) allowed += 1;
  }
  return allowed;
}

/** The first answers may come from each process alone, until Redis is connected. */
async function connected(first: RateLimit, second: RateLimit): Promise<void> {
  await until(async () => {
    const key = uniqueName("probe");
    const [one, other] = [await first.take(key), await second.take(key)];
    return other.remaining < one.remaining;
  }, "a shared count");
}

Deno.test("processes share what a tenant may ask", async () => {
  const [url, prefix] = [await redisUrl(), `${uniqueName("rate")}:`];
  await using first = open(url, prefix);
  await using second = open(url, prefix);
  await connected(first, second);

  const allowed = [await takeMany(first, "a", 12), await takeMany(second, "a", 12)];
  const refused = await first.take("a");

  deepStrictEqual(allowed, [12, 8]);
  strictEqual(refused.isAllowed, false);
  ok(refused.retryInMs > 0 && refused.fullInMs > refused.retryInMs);
});

Deno.test("a bucket fills at its rate by the clock of Redis", async () => {
  const [url, prefix] = [await redisUrl(), `${uniqueName("rate")}:`];
  await using limit = open(url, prefix, bucketOf(50));
  await using other = open(url, prefix, bucketOf(50));
  await connected(limit, other);
  await takeMany(limit, "a", 200);

  // Proves that it fills: twenty come in 400 ms.
  await new Promise((resolve) => setTimeout(resolve, 400));
  const allowed = await takeMany(limit, "a", 200);

  ok(allowed >= 15 && allowed <= 60, `${allowed}`);
});

Deno.test("while Redis is away each process counts for itself, and nobody waits", async () => {
  const url = await redisUrl();
  await using network = openTcpProxy({ targetPort: Number(new URL(url).port) });
  const prefix = `${uniqueName("rate")}:`;
  await using limit = open(`redis://127.0.0.1:${network.port}`, prefix);
  await using other = open(url, prefix);
  await connected(limit, other);

  network.freeze();
  const begun = performance.now();
  const allowed = await takeMany(limit, "a", 30);
  const tookMs = performance.now() - begun;

  strictEqual(allowed, SLOW.capacity);
  ok(tookMs < 1000, `${tookMs} ms`);
  network.heal();
  await connected(limit, other);
});
