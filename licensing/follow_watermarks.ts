/**
 * Follows the cache's watermarks off the read path, so that a read knows without asking until when
 * the cache was told of every change of an organization.
 *
 * @module
 */

import { partitionOf } from "@cauce/messaging";
import type { KnownWatermarks, OrganizationWatermarks } from "./organization_watermarks.ts";

/** What following takes. */
export interface FollowWatermarksOptions {
  readonly watermarks: OrganizationWatermarks;
  readonly intervalMs: number;
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** Plans the next look and returns what calls it off. Absent: a timer that keeps no process alive. */
  readonly plan?: (look: () => void, ms: number) => () => void;
}

/** What is known in this process. Disposing it ends the following. */
export interface FollowedWatermarks extends AsyncDisposable {
  /** On the clock of `now`; undefined while the organization's partition has no watermark. */
  provenAt(organizationId: string): number | undefined;
  /** How long ago the oldest partition's is; one that has none yet counts from the start. */
  ageMs(): number;
  /** Rejects where that is more than hits are believed for; 0 asks for none. */
  requireAge(proofMs: number): Promise<void>;
}

/** Starts at once. While the cache is out of reach, what it said before still holds. */
export function followWatermarks(
  { watermarks, intervalMs, now, plan = planByTimer }: FollowWatermarksOptions,
): FollowedWatermarks {
  const startedAt = now();
  let partitionCount = 0;
  /** On the clock of `now`, by partition. */
  let provenAt: (number | undefined)[] = [];
  let callOff = () => {};
  let isDisposed = false;

  function take(known: KnownWatermarks, askedAt: number): void {
    if (known.partitionCount !== partitionCount && known.partitionCount > 0) {
      partitionCount = known.partitionCount;
      provenAt = Array.from({ length: partitionCount });
    }
    for (const [partition, time] of known.times) {
      // Stored before the cache's clock was set back: nobody can tell how old it is.
      if (time > known.now || partition >= partitionCount) continue;
      // The cache answered later than it was asked, so that no age is measured too small.
      provenAt[partition] = Math.max(provenAt[partition] ?? -Infinity, askedAt - known.now + time);
    }
  }

  function ageMs(): number {
    const oldest = partitionCount === 0
      ? startedAt
      : Math.min(...Array.from(provenAt, (at) => at ?? startedAt));
    return now() - oldest;
  }

  async function poll(): Promise<void> {
    const askedAt = now();
    try {
      take(await watermarks.readWatermarks(), askedAt);
    } catch {
      // The cache's client tells of outages; watermarks that grow old are told of in health.
    }
    if (!isDisposed) callOff = plan(poll, intervalMs);
  }

  void poll();
  return {
    provenAt: (organizationId) =>
      partitionCount === 0 ? undefined : provenAt[partitionOf(organizationId, partitionCount)],
    ageMs,
    async requireAge(proofMs) {
      if (proofMs === 0 || ageMs() <= proofMs) return await Promise.resolve();
      throw new Error(`Cannot prove hits: the oldest watermark is ${Math.round(ageMs())} ms old`);
    },
    [Symbol.asyncDispose]() {
      isDisposed = true;
      callOff();
      return Promise.resolve();
    },
  };
}

function planByTimer(look: () => void, ms: number): () => void {
  const timer = setTimeout(look, ms);
  // A process that has nothing else to do may end.
  Deno.unrefTimer(timer);
  return () => clearTimeout(timer);
}
