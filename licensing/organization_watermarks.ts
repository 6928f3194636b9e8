/**
 * Until when the cache was told of every change of an organization: a port its adapters fulfil.
 *
 * A watermark says of one partition: whatever was committed before its time was fenced in the cache
 * before the watermark was kept. That stays true, so the latest one is kept. A cache that forgets
 * watermarks only lets its readers ask the origin more often.
 *
 * @module
 */

import type { Watermark } from "@cauce/messaging";

/** Keeps watermarks beside the entries they speak of. Every method rejects when out of reach. */
export interface OrganizationWatermarks {
  /** Keeps the mark unless a later one of its partition is there; its time is cut to the cache's clock. */
  raiseWatermark(mark: Watermark): Promise<"RAISED" | "OLD">;
  readWatermarks(): Promise<KnownWatermarks>;
}

/** All watermarks at one point in time. */
export interface KnownWatermarks {
  /** The cache's clock, in ms since the epoch. */
  readonly now: number;
  /** 0 before the first. */
  readonly partitionCount: number;
  /** In ms since the epoch, for each partition that has one. */
  readonly times: ReadonlyMap<number, number>;
}
