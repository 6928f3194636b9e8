import { ok } from "node:assert/strict";
import { percentile } from "../../bench/percentiles.ts";
import { openRedisScene } from "../support/cache_outage.ts";
import { assertTold, type SeenRead, startCacheTraffic } from "../support/cache_traffic.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";

// What is promised.
const BACK_WITHIN_MS = 5000;
const AT_MOST = 2;
/** Below it, p99 is the machine's: a pause of the collector or of the scheduler. */
const FLOOR_MS = 15;
const WINDOW_MS = 1000;
const CALM_MS = 3000;
const ROUNDS = 3;

Deno.test("cache: flushed under load, each organization is loaded once and readers are soon as fast as before", async () => {
  await using it = await openRedisScene({ organizations: 100 });
  await using traffic = startCacheTraffic(it.scene);
  let backMs = Infinity;

  // Other work on the machine can only add: one round that keeps the time shows what the cache takes.
  for (let round = 1; round <= ROUNDS && backMs > BACK_WITHIN_MS; round++) {
    const calm = await readsFor(CALM_MS, traffic.reads);
    const limitMs = AT_MOST * Math.max(FLOOR_MS, assertTold(calm, `before flush ${round}`).p99);
    const before = await it.scene.originLoads();
    const flushed = performance.now();
    await it.admin.flushall();
    const after = await readsFor(BACK_WITHIN_MS + WINDOW_MS, traffic.reads);

    assertTold(after, `after flush ${round}`);
    const loads = await it.scene.originLoads() - before;
    ok(loads > 0 && loads <= it.scene.organizations.length, `${loads} loads`);
    backMs = backAfter(after, { flushed, limitMs });
    say(`flush ${round}: ${loads} loads, p99 within ${limitMs.toFixed(0)} ms in ${backMs} ms`);
  }

  ok(backMs <= BACK_WITHIN_MS);
});

/** Resolves when so much time passed under load, with what was read in it. */
async function readsFor(ms: number, reads: readonly SeenRead[]): Promise<readonly SeenRead[]> {
  const [first, end] = [reads.length, performance.now() + ms];
  await until(() => (reads.at(-1)?.at ?? 0) > end, "reads", { timeoutMs: 2 * ms });
  return reads.slice(first);
}

/** The end of the first second whose p99 is within the limit. */
function backAfter(
  reads: readonly SeenRead[],
  { flushed, limitMs }: { readonly flushed: number; readonly limitMs: number },
): number {
  for (let from = 0; from < BACK_WITHIN_MS; from += WINDOW_MS) {
    const inside = reads.filter(({ at }) =>
      at >= flushed + from && at < flushed + from + WINDOW_MS
    );
    const p99 = percentile(inside.map(({ tookMs }) => tookMs), 0.99);
    if (p99 <= limitMs) return from + WINDOW_MS;
  }
  return Infinity;
}
