/**
 * What is asked of the cache, what it answers, and both in words.
 *
 * @module
 */

import type {
  CacheRead,
  Fill,
  FillOutcome,
  InvalidateOutcome,
  Invalidation,
  KnownWatermarks,
  ReadOptions,
} from "@cauce/licensing";
import type { Watermark } from "@cauce/messaging";

/** One step of the cache. */
export type CacheRequest =
  | { readonly kind: "read"; readonly options: ReadOptions }
  | { readonly kind: "fill"; readonly options: Fill }
  | { readonly kind: "release"; readonly options: string }
  | { readonly kind: "invalidate"; readonly options: Invalidation }
  | { readonly kind: "raiseWatermark"; readonly options: Watermark }
  | { readonly kind: "readWatermarks"; readonly options?: undefined };

/** What came of it. */
export type CacheAnswer = CacheRead | FillOutcome | InvalidateOutcome | KnownWatermarks | undefined;

/** For a line of the history. */
export function toText(request: CacheRequest, answer: CacheAnswer): string {
  switch (request.kind) {
    case "read":
      return readToText(request.options, answer as CacheRead);
    case "fill": {
      const { token, fact } = request.options;
      return `FILL (${token}) ${fact.state} version ${fact.version} → ${answer}`;
    }
    case "release":
      return `RELEASE (${request.options})`;
    case "invalidate": {
      const { version, keepsLease } = request.options;
      return `INVALIDATE version ${version}${keepsLease ? ", not the lease" : ""} → ${answer}`;
    }
    case "raiseWatermark": {
      const { partition, time } = request.options;
      return `keeps the watermark ${time} of partition ${partition} → ${answer}`;
    }
    case "readWatermarks": {
      const times = [...(answer as KnownWatermarks).times];
      const text = times.map(([partition, time]) => `${time} of partition ${partition}`);
      return `sees the watermarks: ${text.join(", ") || "none"}`;
    }
  }
}

function readToText({ token, minVersion }: ReadOptions, read: CacheRead): string {
  const fact = read.outcome === "HIT" ? read.fact : read.old;
  const fence = read.outcome === "HIT" ? "" : `, fence ${read.fence?.version ?? "none"}`;
  const least = minVersion > 0 ? `, at least ${minVersion}` : "";
  return `READ (${token}${least}) → ${read.outcome}: version ${fact?.version ?? "none"}${fence}`;
}
