/**
 * Readers and a writer beside a fault, and what the readers saw.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import { percentile } from "../../bench/percentiles.ts";
import type { CacheScene } from "./cache_scene.ts";
import { request } from "./http.ts";
import { say } from "./say.ts";

/** One read of a license. */
export interface SeenRead {
  /** By `performance.now()`. */
  readonly at: number;
  readonly tookMs: number;
  readonly organizationId: string;
  readonly status: number;
  readonly cacheStatus: string;
  readonly organizationStatus: string;
  readonly version: number;
  /** The fence that was acknowledged before the read began. */
  readonly floor: number;
  /** What was changed so long before the read began that no answer may call anything older current. */
  readonly due: number;
}

/** Load that goes on until it is stopped. */
export interface CacheTraffic extends AsyncDisposable {
  readonly reads: readonly SeenRead[];
  /** Ends the load. */
  stop(): Promise<readonly SeenRead[]>;
}

/** How much there is of it. */
export interface CacheTrafficOptions {
  readonly readers?: number;
  readonly pauseMs?: number;
  /** A change every so many ms; none if absent. */
  readonly writesEveryMs?: number;
}

/** Starts readers of any organization at all services in turn. */
export function startCacheTraffic(
  { addresses: { licensing }, organizations, fenceOf, dueOf, change }: CacheScene,
  { readers = 8, pauseMs = 10, writesEveryMs }: CacheTrafficOptions = {},
): CacheTraffic {
  const reads: SeenRead[] = [];
  const failures: unknown[] = [];
  let isStopped = false;

  async function repeat(everyMs: number, work: (turn: number) => Promise<void>): Promise<void> {
    for (let turn = 0; !isStopped; turn += 1) {
      await work(turn).catch((error) => failures.push(error));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  async function read(turn: number): Promise<void> {
    const { organizationId, path } = pick(organizations);
    const [floor, due] = [fenceOf(organizationId), dueOf(organizationId)];
    const at = performance.now();
    const url = `${licensing[turn % licensing.length]}${path}`;
    const { status, headers, body } = await request("GET", url);
    reads.push({
      at,
      tookMs: performance.now() - at,
      organizationId,
      status,
      cacheStatus: headers.get("cache-status") ?? "none",
      organizationStatus: body.organizationStatus ?? "none",
      version: body.organization?.version ?? 0,
      floor,
      due,
    });
  }

  const running = Promise.all([
    ...Array.from({ length: readers }, () => repeat(pauseMs, read)),
    ...(writesEveryMs === undefined
      ? []
      : [repeat(writesEveryMs, async () => void await change(pick(organizations)))]),
  ]);
  async function stop(): Promise<readonly SeenRead[]> {
    isStopped = true;
    await running;
    deepStrictEqual(failures, []);
    return reads;
  }
  return { reads, stop, [Symbol.asyncDispose]: async () => void await stop() };
}

/** What some reads came to, in one line and as figures. */
export interface Seen {
  readonly reads: number;
  readonly hitRatio: number;
  readonly currentShare: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Counts reads and prints them. Whatever happened, each was answered with 200, none was a hit below
 * a fence that was acknowledged before it began, and none called current what was outdated for long.
 */
export function assertTold(reads: readonly SeenRead[], when: string): Seen {
  ok(reads.length > 0, `no reads ${when}`);
  const share = (matches: (read: SeenRead) => boolean) =>
    reads.filter(matches).length / reads.length;
  const times = reads.map(({ tookMs }) => tookMs);
  const seen = {
    reads: reads.length,
    hitRatio: share(isHit),
    currentShare: share(({ organizationStatus }) => organizationStatus === "current"),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
  say(
    `${when}: ${seen.reads} reads, hit ratio ${seen.hitRatio.toFixed(3)}, ` +
      `current ${seen.currentShare.toFixed(4)}, p50 ${seen.p50.toFixed(1)} ms, ` +
      `p99 ${seen.p99.toFixed(1)} ms, ${JSON.stringify(count(reads))}`,
  );
  assertNone(reads.filter(({ status }) => status !== 200), `not a 200 ${when}`);
  const current = reads.filter(({ organizationStatus }) => organizationStatus === "current");
  const below = current.filter((read) => isHit(read) && read.version < read.floor);
  assertNone(below, `a hit below an acknowledged fence ${when}`);
  const outdated = current.filter(({ version, due }) => version < due);
  assertNone(outdated, `outdated for more than 2 s ${when}`);
  return seen;
}

/** The cache's own value was shown. */
export function isHit({ cacheStatus }: SeenRead): boolean {
  return cacheStatus.startsWith("organization; hit");
}

/** The cache's own value was shown, after the origin said that it is current. */
export function isRevalidated({ cacheStatus }: SeenRead): boolean {
  return cacheStatus.includes("revalidated");
}

function assertNone(reads: readonly SeenRead[], what: string): void {
  deepStrictEqual(reads.slice(0, 3), [], `${reads.length} reads: ${what}`);
}

function count(reads: readonly SeenRead[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { cacheStatus, organizationStatus } of reads) {
    const key = `${cacheStatus.replace("organization; ", "")} ${organizationStatus}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function pick<T>(all: readonly T[]): T {
  const one = all[Math.floor(Math.random() * all.length)];
  if (one === undefined) throw new RangeError("Cannot pick from nothing");
  return one;
}
