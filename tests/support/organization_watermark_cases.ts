/**
 * What every keeper of watermarks promises.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { OrganizationWatermarks } from "@cauce/licensing";

/** A promise as a sentence; the watermarks belong to the case alone. */
export interface WatermarkCase {
  readonly title: string;
  run(watermarks: OrganizationWatermarks): Promise<void>;
}

/** All promises. */
export const organizationWatermarkCases: readonly WatermarkCase[] = [
  {
    title: "before the first watermark there is none, but the clock",
    async run(watermarks) {
      const { now, partitionCount, times } = await watermarks.readWatermarks();

      ok(Math.abs(now - Date.now()) < 60_000, `${now}`);
      strictEqual(partitionCount, 0);
      strictEqual(times.size, 0);
    },
  },
  {
    title: "the latest watermark of each partition is kept, however they arrive",
    async run(watermarks) {
      const raise = (partition: number, time: number) =>
        watermarks.raiseWatermark({ partition, partitionCount: 12, time });

      strictEqual(await raise(0, 1000), "RAISED");
      strictEqual(await raise(11, 500), "RAISED");
      strictEqual(await raise(0, 1000), "OLD");
      strictEqual(await raise(0, 999), "OLD");
      strictEqual(await raise(0, 1001), "RAISED");

      const { partitionCount, times } = await watermarks.readWatermarks();
      strictEqual(partitionCount, 12);
      deepStrictEqual([...times].sort(([a], [b]) => a - b), [[0, 1001], [11, 500]]);
    },
  },
  {
    title: "a watermark ahead of the cache's clock is cut to it",
    async run(watermarks) {
      const ahead = { partition: 0, partitionCount: 1, time: Date.now() + 3_600_000 };
      await watermarks.raiseWatermark(ahead);

      const { now, times } = await watermarks.readWatermarks();

      ok((times.get(0) ?? Infinity) <= now, `${times.get(0)} at ${now}`);
      // Nor is the next one held back by it.
      const next = { partition: 0, partitionCount: 1, time: now };
      await watermarks.raiseWatermark(next);
      ok(((await watermarks.readWatermarks()).times.get(0) ?? 0) >= now);
    },
  },
  {
    title: "watermarks of another count of partitions are forgotten",
    async run(watermarks) {
      await watermarks.raiseWatermark({ partition: 0, partitionCount: 2, time: 1000 });
      await watermarks.raiseWatermark({ partition: 1, partitionCount: 3, time: 900 });

      const { partitionCount, times } = await watermarks.readWatermarks();

      strictEqual(partitionCount, 3);
      deepStrictEqual([...times], [[1, 900]]);
    },
  },
];
